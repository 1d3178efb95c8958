"""The registry: methods enter it by a decorator, when their file is found in this folder."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import explainer.methods
from domain.errors import HubError, Reason
from explainer.methods.base import Attribution, Family, Method, Needs, Obstacle, P, Precondition, Problem
from network.description import NetworkDescription

_METHODS: dict[str, Method[Any]] = {}


def _no_obstacle(_: NetworkDescription) -> Obstacle | None:
    return None


def method(
    identifier: str,
    *,
    title: str,
    family: Family,
    summary: str,
    paper: str,
    parameters: type[P],
    signed: bool = True,
    obstacle: Precondition = _no_obstacle,
    layers: Callable[[NetworkDescription], list[str]] | None = None,
    needs: Needs = Needs.NOTHING,
) -> Callable[[Callable[[Problem, P], Attribution]], Callable[[Problem, P], Attribution]]:
    """Registers the function below as a method.

    Args:
        identifier: as users write it, for instance `lrp.epsilon`.
        title: for people.
        family: what kind of method.
        summary: what it does, in a sentence or two.
        paper: where it comes from.
        parameters: what can be set.
        signed: whether negative relevance means something.
        obstacle: says why a network cannot be explained.
        layers: for methods that work at a layer, the choices, the default first.
        needs: what else it needs.
    """

    def register(explain: Callable[[Problem, P], Attribution]) -> Callable[[Problem, P], Attribution]:
        if identifier in _METHODS:
            raise ValueError(f"two methods are called {identifier!r}")
        _METHODS[identifier] = Method(
            identifier, title, family, summary, paper, parameters, explain, signed, obstacle, layers, needs
        )
        return explain

    return register


@cache
def methods() -> dict[str, Method[Any]]:
    """All methods by id, sorted by family and id."""
    for module in walk_packages(explainer.methods.__path__, f"{explainer.methods.__name__}."):
        import_module(module.name)
    ordered = sorted(_METHODS.values(), key=lambda found: (list(Family).index(found.family), found.id))
    return {found.id: found for found in ordered}


def get(identifier: str) -> Method[Any]:
    """A method.

    Raises:
        HubError: `METHOD_UNKNOWN`.
    """
    found = methods().get(identifier)
    if found is None:
        raise _unknown(identifier, list(methods()))
    return found


def _unknown(identifier: str, known: list[str]) -> HubError:
    """The error for a method that does not exist."""
    return HubError(Reason.METHOD_UNKNOWN, f"There is no method {identifier!r}.", f"Choose one of {', '.join(known)}.")
