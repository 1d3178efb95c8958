"""What runs in the service's child processes. Cheap to import: TensorFlow comes with `initialize`."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from backplane.settings import StoreSettings
from domain.errors import HubError
from domain.explanations import Engine, ExplanationRecord
from explainer.cards import Applicability, MethodCard
from explainer.question import Question

if TYPE_CHECKING:
    from backplane.catalogue import Catalogue
    from explainer.engine import ExplanationEngine
    from explainer.explaining import Explaining

_explaining: "dict[Engine, Explaining]" = {}
_catalogue: "Catalogue | None" = None


def initialize(
    store: StoreSettings, threads: int, network_memory_bytes: int, batch_memory_bytes: int, *, native: bool
) -> None:
    """Makes this process one that explains, with the native engine or with those that innvestigate is behind."""
    global _explaining, _catalogue
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    if not native:
        # TensorFlow decides at its import which Keras `tf.keras` is; innvestigate needs the second.
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import tensorflow as tf

    from backplane.artifacts import ArtifactStore
    from backplane.catalogue import Catalogue
    from explainer.explaining import Explaining

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    artifacts = ArtifactStore.connect(store)
    _catalogue = Catalogue(artifacts)
    engines: Mapping[Engine, ExplanationEngine]
    if native:
        from explainer.native import NativeEngine

        engines = {Engine.NATIVE: NativeEngine(_catalogue, network_memory_bytes, batch_memory_bytes)}
    else:
        from explainer.reference.engine import reference_engines

        engines = reference_engines(_catalogue)
    _explaining = {engine: Explaining(artifacts, _catalogue, found) for engine, found in engines.items()}


def explain(questions: list[Question], digests: list[str]) -> list[ExplanationRecord | HubError]:
    """`Explaining.explain` of this process, with the engine of the questions."""
    assert _explaining, "initialize was not called in this process"
    return _explaining[questions[0].engine].explain(questions, digests)


def catalogue() -> list[MethodCard]:
    """The cards of all methods."""
    from explainer.methods import registry
    from explainer.reference.offers import engines_of

    return [
        MethodCard(
            id=method.id,
            title=method.title,
            family=method.family,
            summary=method.summary,
            paper=method.paper,
            schema=method.parameters.model_json_schema(),
            engines=engines_of(method.id),
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
