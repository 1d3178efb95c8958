"""Where each artifact that people bring or ask for lies in the object store, by workspace, kind and id.

`results` says where lies what models make of data sets.
"""

from dataclasses import dataclass


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

    @property
    def label_table(self) -> str:
        """Path, label and all other columns of every sample, as the CSV that leaves with an export."""
        return f"{self.root}/labels.csv"

    def shard(self, number: int) -> str:
        """The tar of a shard."""
        return f"{self.root}/shards/{number:05d}.tar"

    def index(self, number: int) -> str:
        """The index of a shard."""
        return f"{self.root}/shards/{number:05d}.index"

    def thumbnails(self, number: int) -> str:
        """The thumbnails of a shard, one behind the other; its index says where each lies."""
        return f"{self.root}/shards/{number:05d}.thumbnails"


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
class SelectionArtifacts:
    """The objects of a saved selection."""

    root: str

    @property
    def manifest(self) -> str:  # noqa: D102
        return f"{self.root}/selection.json"

    @property
    def samples(self) -> str:  # noqa: D102
        return f"{self.root}/samples.json"


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

    def selection(self, name: str) -> SelectionArtifacts:
        """A saved selection."""
        return SelectionArtifacts(f"{self.selections()}{name}")

    def selections(self) -> str:
        """The folder of all saved selections."""
        return f"{self.workspace}/selections/"

    def export(self, name: str) -> str:
        """A table that somebody asked for; removed once it is read."""
        return f"{self.exports()}{name}"

    def exports(self) -> str:
        """The folder of all tables that wait to be read."""
        return f"{self.workspace}/exports/"
