"""What runs in the service's child processes. Cheap to import: TensorFlow comes with `initialize`."""

from typing import TYPE_CHECKING

from pydantic import JsonValue

from domain.errors import HubError
from domain.explanations import Engine, ExplanationRecord
from explainer.cards import Applicability, MethodCard
from explainer.question import Question
from explainer.workshop import Computing, workshop

if TYPE_CHECKING:
    from explainer.explaining import Explaining
    from explainer.workshop import Workshop

_workshop: "Workshop | None" = None
_explaining: "dict[Engine, Explaining]" = {}


def initialize(computing: Computing, *, native: bool) -> None:
    """Makes this process one that explains, with the native engine or with those that innvestigate is behind."""
    global _workshop, _explaining
    _workshop = workshop(computing, native=native)
    from explainer.explaining import Explaining

    _explaining = {engine: Explaining(_workshop, engine) for engine in _workshop.engines}


def explain(questions: list[Question], digests: list[str]) -> list[ExplanationRecord | HubError]:
    """`Explaining.explain` of this process, with the engine of the questions."""
    assert _explaining, "initialize was not called in this process"
    return _explaining[questions[0].engine].explain(questions, digests)


def plan(question: Question) -> dict[str, JsonValue]:
    """`planning.planned` in this process."""
    from explainer.planning import planned

    assert _workshop is not None, "initialize was not called in this process"
    return planned(question, _workshop.catalogue)


def catalogue() -> list[MethodCard]:
    """The cards of all methods."""
    from explainer.methods import registry
    from explainer.reference.offers import engines_of

    return [
        MethodCard(
            id=method.id,
            title=method.title,
            family=method.family.value,
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

    assert _workshop is not None, "initialize was not called in this process"
    description = NetworkDescription.model_validate_json(_workshop.catalogue.description(workspace, model))
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
