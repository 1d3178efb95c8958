"""What all engines check before they begin: the parameters of the method, and whether it applies to the network."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from domain.errors import HubError, Reason
from explainer.methods.base import Method, Parameters
from network.description import NetworkDescription


def checked_parameters(method: Method[Any], given: Mapping[str, Any]) -> Parameters:
    """The parameters of a method.

    Raises:
        HubError: `PARAMETER_INVALID`, naming the parameter.
    """
    try:
        checked: Parameters = method.parameters.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise HubError(
            Reason.PARAMETER_INVALID,
            f"{method.id}: {name} = {first['input']!r}: {first['msg']}.",
            "`innhub methods` shows the parameters with their bounds.",
        ) from error
    return checked


def refuse_obstacle(method: Method[Any], description: NetworkDescription) -> None:
    """Refuses a network that the method cannot explain.

    Raises:
        HubError: `METHOD_NOT_APPLICABLE`, naming the layer and what would help.
    """
    obstacle = method.obstacle(description)
    if obstacle is not None:
        raise HubError(Reason.METHOD_NOT_APPLICABLE, f"{method.id}: {obstacle.reason}", obstacle.advice)
