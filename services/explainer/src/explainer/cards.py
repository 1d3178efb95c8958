"""What the service knows of a method without TensorFlow: a card, made by a child process at the start."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from domain.errors import HubError, Reason
from domain.explanations import Engine


@dataclass(frozen=True)
class MethodCard:
    """A method of the catalogue; `schema` is the JSON Schema of its parameters."""

    id: str
    title: str
    family: str
    summary: str
    paper: str
    schema: dict[str, JsonValue]
    engines: tuple[Engine, ...]
    signed: bool
    takes_layer: bool

    def parameters(self, given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """The parameters with defaults filled in.

        Raises:
            HubError: `PARAMETER_INVALID` for one that the method does not have.
        """
        properties = self.schema.get("properties", {})
        assert isinstance(properties, dict), "a JSON Schema of parameters is that of an object"
        for name in given:
            if name not in properties:
                raise HubError(
                    Reason.PARAMETER_INVALID,
                    f"{self.id} has no parameter {name!r}.",
                    f"It has {', '.join(properties) or 'none'}.",
                )
        defaults = {name: schema["default"] for name, schema in properties.items() if isinstance(schema, dict)}
        return {**defaults, **given}


@dataclass(frozen=True)
class Applicability:
    """Whether a method applies to a network: `layer` is the default one, or the one that stands in the way."""

    method: str
    applicable: bool
    reason: str
    layer: str
    layers: tuple[str, ...]
