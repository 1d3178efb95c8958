"""Where each artifact lies in the object store, by workspace, kind and id."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class ModelArtifacts:
    """The objects of a model."""

    root: str

    @property
    def manifest(self) -> str:  # noqa: D102
        return f"{self.root}/manifest.json"

    @property
    def network(self) -> str:  # noqa: D102
        return f"{self.root}/network.json"

    @property
    def weights(self) -> str:  # noqa: D102
        return f"{self.root}/weights.safetensors"

    @property
    def weight_statistics(self) -> str:  # noqa: D102
        return f"{self.root}/weight_statistics.json"

    @property
    def training(self) -> str:  # noqa: D102
        return f"{self.root}/training.json"


@dataclass(frozen=True)
class DatasetArtifacts:
    """The objects of a data set."""

    root: str

    @property
    def manifest(self) -> str:  # noqa: D102
        return f"{self.root}/manifest.json"

    @property
    def samples(self) -> str:  # noqa: D102
        return f"{self.root}/samples.parquet"

    def shard(self, number: int) -> str:
        """The tar of a shard."""
        return f"{self.root}/shards/{number:05d}.tar"

    def index(self, number: int) -> str:
        """The index of a shard."""
        return f"{self.root}/shards/{number:05d}.index"


@dataclass(frozen=True)
class ExplanationArtifacts:
    """The objects of an explanation; the record is its manifest."""

    root: str

    @property
    def record(self) -> str:  # noqa: D102
        return f"{self.root}/explanation.json"

    @property
    def relevance(self) -> str:  # noqa: D102
        return f"{self.root}/relevance.npy"

    @property
    def activation_map(self) -> str:  # noqa: D102
        return f"{self.root}/activation_map.npy"

    @property
    def quality(self) -> str:  # noqa: D102
        return f"{self.root}/quality.json"


@dataclass(frozen=True)
class RelevanceArtifacts:
    """What one model was asked of one data set, a part a shard; the record of a part is written last."""

    root: str

    def record(self, shard: int) -> str:
        """What was explained for each sample of a shard (`domain.relevance`)."""
        return f"{self.root}/{shard:05d}.json"

    def coarse(self, shard: int) -> str:
        """The maps of a shard on a common grid over the whole pictures: float32 (samples, rows, columns) as `.npy`."""
        return f"{self.root}/{shard:05d}.coarse.npy"

    def chunk(self, shard: int, number: int) -> str:
        """Maps of a shard in the network's geometry: float32 (samples, height, width) as `.npy`."""
        return f"{self.root}/{shard:05d}/{number:05d}.npy"


@dataclass(frozen=True)
class UploadArtifacts:
    """The pieces of an upload, each named by its offset, beside what was promised."""

    root: str

    @property
    def manifest(self) -> str:  # noqa: D102
        return f"{self.root}/upload.json"

    @property
    def pieces(self) -> str:  # noqa: D102
        return f"{self.root}/pieces/"

    def piece(self, offset: int) -> str:
        """The piece that begins at an offset; names sort by offset."""
        return f"{self.pieces}{offset:016d}"


@dataclass(frozen=True)
class Layout:
    """Where everything of one workspace lies."""

    workspace: str

    def model(self, model: str) -> ModelArtifacts:  # noqa: D102
        return ModelArtifacts(f"{self.workspace}/models/{model}")

    def dataset(self, dataset: str) -> DatasetArtifacts:  # noqa: D102
        return DatasetArtifacts(f"{self.workspace}/datasets/{dataset}")

    def explanation(self, digest: str) -> ExplanationArtifacts:  # noqa: D102
        return ExplanationArtifacts(f"{self.workspace}/explanations/{digest}")

    def upload(self, upload: str) -> UploadArtifacts:  # noqa: D102
        return UploadArtifacts(f"{self.workspace}/uploads/{upload}")

    def selection(self, selection: str) -> str:
        """A saved selection of samples."""
        return f"{self.selections()}{selection}.json"

    def selections(self) -> str:
        """The folder of all saved selections."""
        return f"{self.workspace}/selections/"

    def export(self, name: str) -> str:
        """A table that somebody asked for; removed once it is read."""
        return f"{self.exports()}{name}"

    def exports(self) -> str:
        """The folder of all tables that wait to be read."""
        return f"{self.workspace}/exports/"

    def made_by_model(self, dataset: str, model: str) -> tuple[str, ...]:
        """All folders of what a model made of a data set."""
        return (
            self.predictions(dataset, model),
            self.model_activations(dataset, model),
            self.model_relevance(dataset, model),
            self.pattern_statistics(dataset, model),
            self.model_embedding(dataset, model),
            self.model_quality(dataset, model),
            self.model_clusters(dataset, model),
        )

    def made_of_dataset(self, dataset: str) -> tuple[str, ...]:
        """All folders of what models made of a data set."""
        return (
            self.dataset_predictions(dataset),
            self.dataset_activations(dataset),
            self.dataset_relevance(dataset),
            self.dataset_pattern_statistics(dataset),
            self.dataset_embeddings(dataset),
            self.dataset_quality(dataset),
            self.dataset_clusters(dataset),
        )

    def predictions(self, dataset: str, model: str) -> str:
        """The folder of what a model predicts for a data set, a part a shard (docs/adr/0003)."""
        return f"{self.dataset_predictions(dataset)}{model}/"

    def dataset_predictions(self, dataset: str) -> str:
        """The folder of what all models predict for a data set."""
        return f"{self.workspace}/predictions/{dataset}/"

    def prediction_part(self, dataset: str, model: str, shard: int) -> str:
        """The predictions of one shard."""
        return f"{self.predictions(dataset, model)}{shard:05d}.parquet"

    def merged_predictions(self, dataset: str, model: str) -> str:
        """The predictions of a whole data set in one table that is quick to read."""
        return f"{self.predictions(dataset, model)}merged/table.parquet"

    def embedding(self, dataset: str, model: str) -> str:
        """The folder of what the last hidden layer of a model answers to a data set, a part a shard."""
        return f"{self.model_embedding(dataset, model)}parts/"

    def embedding_part(self, dataset: str, model: str, shard: int) -> str:
        """The embedding of one shard: float16 (samples, units) as `.npy`."""
        return f"{self.embedding(dataset, model)}{shard:05d}.npy"

    def projection(self, dataset: str, model: str) -> str:
        """The embedding laid out in the plane, with the nearest samples of each, as Parquet."""
        return f"{self.model_embedding(dataset, model)}umap.parquet"

    def model_embedding(self, dataset: str, model: str) -> str:
        """The folder of all that is kept of the embedding of a data set by a model."""
        return f"{self.dataset_embeddings(dataset)}{model}/"

    def dataset_embeddings(self, dataset: str) -> str:
        """The folder of the embeddings of a data set by all models."""
        return f"{self.workspace}/embeddings/{dataset}/"

    def quality_part(self, dataset: str, model: str, digest: str, shard: int) -> str:
        """How far the explanations of one shard can be trusted, as JSON, by the digest of what was asked."""
        return f"{self.model_quality(dataset, model)}{digest}/{shard:05d}.json"

    def model_quality(self, dataset: str, model: str) -> str:
        """The folder of all checks of explanations of a data set for a model."""
        return f"{self.dataset_quality(dataset)}{model}/"

    def dataset_quality(self, dataset: str) -> str:
        """The folder of all checks of explanations of a data set."""
        return f"{self.workspace}/quality/{dataset}/"

    def clusters(self, dataset: str, model: str, digest: str, label: str) -> str:
        """Groups of samples with explanations that look alike, by what was asked and the label of the samples."""
        return f"{self.model_clusters(dataset, model)}{digest}/{quote(label, safe='').replace('.', '%2E') or 'all'}.json"

    def model_clusters(self, dataset: str, model: str) -> str:
        """The folder of all groups of explanations of a data set for a model."""
        return f"{self.dataset_clusters(dataset)}{model}/"

    def dataset_clusters(self, dataset: str) -> str:
        """The folder of all groups of explanations of a data set."""
        return f"{self.workspace}/clusters/{dataset}/"

    def activations(self, dataset: str, model: str, layer: str) -> str:
        """The folder of what the units of a layer answer to a data set, a part a shard (docs/adr/0003)."""
        # Without dots too: a layer may be called "..", and some servers would follow that.
        name = quote(layer, safe="").replace(".", "%2E")
        return f"{self.model_activations(dataset, model)}{name}/"

    def model_activations(self, dataset: str, model: str) -> str:
        """The folder of what all layers of a model answer to a data set."""
        return f"{self.dataset_activations(dataset)}{model}/"

    def dataset_activations(self, dataset: str) -> str:
        """The folder of what the layers of all models answer to a data set."""
        return f"{self.workspace}/activations/{dataset}/"

    def activation_part(self, dataset: str, model: str, layer: str, shard: int) -> str:
        """The activations of one shard: float32 (samples, units) as `.npy`, each the unit's mean over all positions."""
        return f"{self.activations(dataset, model, layer)}{shard:05d}.npy"

    def relevance(self, dataset: str, model: str, digest: str) -> RelevanceArtifacts:
        """What a run explained, by the digest of what was asked (docs/adr/0007)."""
        return RelevanceArtifacts(f"{self.model_relevance(dataset, model)}{digest}")

    def model_relevance(self, dataset: str, model: str) -> str:
        """The folder of all that runs explained of a data set for a model."""
        return f"{self.dataset_relevance(dataset)}{model}/"

    def dataset_relevance(self, dataset: str) -> str:
        """The folder of all that runs explained of a data set."""
        return f"{self.workspace}/relevance/{dataset}/"

    def pattern_statistics(self, dataset: str, model: str) -> str:
        """The folder of what the patterns of a model are fitted from on a data set, a part a shard."""
        return f"{self.dataset_pattern_statistics(dataset)}{model}/"

    def dataset_pattern_statistics(self, dataset: str) -> str:
        """The folder of what the patterns of all models are fitted from on a data set."""
        return f"{self.workspace}/patterns/{dataset}/"

    def pattern_statistics_part(self, dataset: str, model: str, shard: int) -> str:
        """The sums of one shard, as safetensors."""
        return f"{self.pattern_statistics(dataset, model)}{shard:05d}.safetensors"
