"""Where what a model makes of a data set lies: one folder a kind, in it one a data set, in it one a model.

Results belong to a model and a data set, not to a run (docs/adr/0003): whoever asks for the same again finds them.
"""

from dataclasses import dataclass
from urllib.parse import quote

KINDS = ("predictions", "embeddings", "activations", "relevance", "quality", "clusters", "patterns")


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
class Results:
    """What one model made of one data set."""

    workspace: str
    dataset: str
    model: str

    @property
    def folders(self) -> tuple[str, ...]:
        """All folders of them."""
        return tuple(self._folder(kind) for kind in KINDS)

    @property
    def predictions(self) -> str:
        """The folder of the predictions, a part a shard."""
        return f"{self._folder('predictions')}parts/"

    def prediction_part(self, shard: int) -> str:
        """The predictions of one shard (`domain.predictions`)."""
        return f"{self.predictions}{shard:05d}.parquet"

    @property
    def merged_predictions(self) -> str:
        """The predictions of the whole data set in one table that is quick to read."""
        return f"{self._folder('predictions')}merged.parquet"

    @property
    def embedding(self) -> str:
        """The folder of what the last hidden layer answers, a part a shard."""
        return f"{self._folder('embeddings')}parts/"

    def embedding_part(self, shard: int) -> str:
        """The embedding of one shard: float16 (samples, units) as `.npy`."""
        return f"{self.embedding}{shard:05d}.npy"

    @property
    def projection(self) -> str:
        """The embedding laid out in the plane, with the nearest samples of each, as Parquet."""
        return f"{self._folder('embeddings')}umap.parquet"

    @property
    def activations(self) -> str:
        """The folder of what all layers answer."""
        return self._folder("activations")

    def layer_activations(self, layer: str) -> str:
        """The folder of what the units of a layer answer, a part a shard."""
        return f"{self.activations}{_as_name(layer)}/"

    def activation_part(self, layer: str, shard: int) -> str:
        """The activations of one shard: float32 (samples, units) as `.npy`, each the unit's mean over all positions."""
        return f"{self.layer_activations(layer)}{shard:05d}.npy"

    def relevance(self, digest: str) -> RelevanceArtifacts:
        """What a run explained, by the digest of what was asked."""
        return RelevanceArtifacts(f"{self._folder('relevance')}{digest}")

    def quality_part(self, digest: str, shard: int) -> str:
        """How far the explanations of one shard can be trusted, as JSON, by the digest of what was asked."""
        return f"{self._folder('quality')}{digest}/{shard:05d}.json"

    def clusters(self, digest: str, label: str) -> str:
        """Groups of samples whose explanations look alike, by what was asked and their label; none means all."""
        name = f"labels/{_as_name(label)}" if label else "all"
        return f"{self._folder('clusters')}{digest}/{name}.json"

    @property
    def pattern_statistics(self) -> str:
        """The folder of what patterns are fitted from, a part a shard."""
        return self._folder("patterns")

    def pattern_statistics_part(self, shard: int) -> str:
        """The sums of one shard, as safetensors."""
        return f"{self.pattern_statistics}{shard:05d}.safetensors"

    def _folder(self, kind: str) -> str:
        return f"{self.workspace}/{kind}/{self.dataset}/{self.model}/"


def folders_of_dataset(workspace: str, dataset: str) -> tuple[str, ...]:
    """All folders of what models made of a data set."""
    return tuple(f"{workspace}/{kind}/{dataset}/" for kind in KINDS)


def _as_name(word: str) -> str:
    # Without dots too: a layer may be called "..", and some servers would follow that.
    return quote(word, safe="").replace(".", "%2E")
