"""What runs in the child process for runs. Cheap to import: TensorFlow comes with `initialize`."""

from typing import TYPE_CHECKING

from backplane.settings import StoreSettings
from explainer.question import Question

if TYPE_CHECKING:
    from explainer.explained_shards import ExplainedShards
    from explainer.pattern_fitting import PatternFitting

_loaded: "tuple[ExplainedShards, PatternFitting] | None" = None


def initialize(store: StoreSettings, threads: int, network_memory_bytes: int, batch_memory_bytes: int) -> None:
    """Makes this process one that works through shards with the native engine."""
    global _loaded
    from explainer.child import limit_threads

    limit_threads(threads)

    from backplane.artifacts import ArtifactStore
    from backplane.catalogue import Catalogue
    from domain.relevance import CHUNK_SAMPLES
    from explainer.answering import Answering
    from explainer.explained_shards import ExplainedShards
    from explainer.fitted_patterns import FittedPatterns
    from explainer.native import NativeEngine
    from explainer.pattern_fitting import PatternFitting
    from inputs.reading import Inputs

    artifacts = ArtifactStore.connect(store)
    catalogue = Catalogue(artifacts)
    engine, inputs = NativeEngine(catalogue, network_memory_bytes, batch_memory_bytes), Inputs(catalogue, CHUNK_SAMPLES)
    answering = Answering(catalogue, engine, FittedPatterns(catalogue, engine.network))
    _loaded = (
        ExplainedShards(catalogue, engine, inputs, answering),
        PatternFitting(artifacts, engine, inputs, batch_memory_bytes),
    )


def explain_shard(question: Question, digest: str, shard: int) -> int:
    """`ExplainedShards.explain` of this process."""
    return _ready()[0].explain(question, digest, shard)


def fit_patterns(workspace: str, model: str, dataset: str, shard: int) -> int:
    """`PatternFitting.gather` of this process."""
    return _ready()[1].gather(workspace, model, dataset, shard)


def _ready() -> "tuple[ExplainedShards, PatternFitting]":
    assert _loaded is not None, "initialize was not called in this process"
    return _loaded
