"""What runs in the child process for runs. Cheap to import: TensorFlow comes with `initialize`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.explanations import Engine
from explainer.question import Question
from explainer.workshop import Computing, workshop

if TYPE_CHECKING:
    from explainer.assessed_shards import AssessedShards
    from explainer.explained_shards import ExplainedShards
    from explainer.pattern_fitting import PatternFitting


@dataclass(frozen=True)
class _Loaded:
    """What this process can do."""

    explaining: "ExplainedShards"
    assessing: "AssessedShards"
    fitting: "PatternFitting"


_loaded: _Loaded | None = None


def initialize(computing: Computing) -> None:
    """Makes this process one that works through shards with the native engine."""
    global _loaded
    equipped = workshop(computing, native=True)

    from domain.relevance import CHUNK_SAMPLES
    from explainer.assessed_shards import AssessedShards
    from explainer.explained_shards import ExplainedShards
    from explainer.native import NativeEngine
    from explainer.pattern_fitting import PatternFitting
    from explainer.trust.checks import Checks
    from explainer.trust.reweighting import NativeReweighting
    from inputs.reading import Inputs

    catalogue, answering = equipped.catalogue, equipped.answering[Engine.NATIVE]
    engine, inputs = equipped.engines[Engine.NATIVE], Inputs(catalogue, CHUNK_SAMPLES)
    assert isinstance(engine, NativeEngine)
    checks = Checks(catalogue, engine, NativeReweighting(engine), computing.batch_memory_bytes)
    _loaded = _Loaded(
        ExplainedShards(catalogue, engine, inputs, answering),
        AssessedShards(catalogue, engine, inputs, answering, checks),
        PatternFitting(equipped.store, engine, inputs, computing.batch_memory_bytes),
    )


def explain_shard(question: Question, digest: str, shard: int) -> int:
    """`ExplainedShards.explain` of this process."""
    return _ready().explaining.explain(question, digest, shard)


def assess_shard(question: Question, digest: str, shard: int) -> int:
    """`AssessedShards.assess` of this process."""
    return _ready().assessing.assess(question, digest, shard)


def fit_patterns(workspace: str, model: str, dataset: str, shard: int) -> int:
    """`PatternFitting.gather` of this process."""
    return _ready().fitting.gather(workspace, model, dataset, shard)


def _ready() -> _Loaded:
    assert _loaded is not None, "initialize was not called in this process"
    return _loaded
