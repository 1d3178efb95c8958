"""What runs in the child process for runs. Cheap to import: TensorFlow comes with `initialize`."""

from typing import TYPE_CHECKING

from domain.explanations import Engine
from explainer.question import Question
from explainer.workshop import Computing, workshop

if TYPE_CHECKING:
    from explainer.explained_shards import ExplainedShards
    from explainer.pattern_fitting import PatternFitting

_loaded: "tuple[ExplainedShards, PatternFitting] | None" = None


def initialize(computing: Computing) -> None:
    """Makes this process one that works through shards with the native engine."""
    global _loaded
    equipped = workshop(computing, native=True)

    from domain.relevance import CHUNK_SAMPLES
    from explainer.explained_shards import ExplainedShards
    from explainer.native import NativeEngine
    from explainer.pattern_fitting import PatternFitting
    from inputs.reading import Inputs

    engine, inputs = equipped.engines[Engine.NATIVE], Inputs(equipped.catalogue, CHUNK_SAMPLES)
    assert isinstance(engine, NativeEngine)
    _loaded = (
        ExplainedShards(equipped.catalogue, engine, inputs, equipped.answering[Engine.NATIVE]),
        PatternFitting(equipped.store, engine, inputs, computing.batch_memory_bytes),
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
