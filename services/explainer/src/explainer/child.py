"""What runs in the service's child processes. Cheap to import: TensorFlow comes with `initialize`."""

import os
from typing import TYPE_CHECKING

from pydantic import JsonValue

from backplane.settings import StoreSettings
from domain.errors import HubError, Reason
from domain.explanations import Engine, ExplanationRecord
from explainer.cards import Applicability, MethodCard
from explainer.question import Question

if TYPE_CHECKING:
    from backplane.catalogue import Catalogue
    from explainer.engine import ExplanationEngine
    from explainer.explaining import Explaining
    from explainer.fitted_patterns import FittedPatterns
    from network.canonical import CanonicalNetwork

_explaining: "Explaining | None" = None
_catalogue: "Catalogue | None" = None


def initialize(
    engine: Engine, store: StoreSettings, threads: int, network_memory_bytes: int, batch_memory_bytes: int
) -> None:
    """Makes this process one that explains, with one of the engines."""
    global _explaining, _catalogue
    if engine is Engine.INNVESTIGATE:
        # TensorFlow decides at its import which Keras `tf.keras` is; innvestigate needs the second.
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
    limit_threads(threads)

    from backplane.artifacts import ArtifactStore
    from backplane.catalogue import Catalogue
    from explainer.explaining import Explaining

    artifacts = ArtifactStore.connect(store)
    _catalogue = Catalogue(artifacts)
    _explaining = Explaining(
        artifacts, _catalogue, *_engine(engine, _catalogue, network_memory_bytes, batch_memory_bytes)
    )


def limit_threads(threads: int) -> None:
    """Imports TensorFlow, with its threads limited; once in a process, before anything else uses it."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def _engine(
    engine: Engine, catalogue: "Catalogue", network_memory_bytes: int, batch_memory_bytes: int
) -> "tuple[ExplanationEngine, FittedPatterns]":
    from explainer.fitted_patterns import FittedPatterns

    if engine is Engine.INNVESTIGATE:
        from explainer.reference.engine import ReferenceEngine

        return ReferenceEngine(catalogue), FittedPatterns(catalogue, _no_network)
    from explainer.native import NativeEngine

    native = NativeEngine(catalogue, network_memory_bytes, batch_memory_bytes)
    return native, FittedPatterns(catalogue, native.network)


def _no_network(_: str, __: str) -> "CanonicalNetwork":
    raise HubError(Reason.METHOD_NOT_APPLICABLE, "Patterns are for the native engine.", "Use the engine native.")


def explain(questions: list[Question], digests: list[str]) -> list[ExplanationRecord | HubError]:
    """`Explaining.explain` of this process."""
    assert _explaining is not None, "initialize was not called in this process"
    return _explaining.explain(questions, digests)


def plan(question: Question) -> dict[str, JsonValue]:
    """`planning.planned` in this process."""
    from explainer.planning import planned

    assert _catalogue is not None, "initialize was not called in this process"
    return planned(question, _catalogue)


def catalogue() -> list[MethodCard]:
    """The cards of all methods."""
    from explainer.methods import registry
    from explainer.reference.analyzers import ANALYZERS

    return [
        MethodCard(
            id=method.id,
            title=method.title,
            family=method.family,
            summary=method.summary,
            paper=method.paper,
            schema=method.parameters.model_json_schema(),
            engines=(Engine.NATIVE, Engine.INNVESTIGATE) if method.id in ANALYZERS else (Engine.NATIVE,),
            signed=method.signed,
            takes_layer=method.layers is not None,
        )
        for method in registry.methods().values()
    ]


def applicable_methods(workspace: str, model: str) -> list[Applicability]:
    """For every method whether it applies to a model, and why not."""
    from explainer.methods import registry
    from network.description import NetworkDescription

    assert _catalogue is not None, "initialize was not called in this process"
    description = NetworkDescription.model_validate_json(_catalogue.description(workspace, model))
    rows = []
    for method in registry.methods().values():
        obstacle = method.obstacle(description)
        layers = tuple(method.layers(description)) if method.layers and obstacle is None else ()
        rows.append(
            Applicability(
                method=method.id,
                applicable=obstacle is None,
                reason=f"{obstacle.reason} {obstacle.advice}" if obstacle else "",
                layer=obstacle.layer if obstacle else next(iter(layers), ""),
                layers=layers,
            )
        )
    return rows
