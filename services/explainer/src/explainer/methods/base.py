"""What a method is, and what it is given."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

import tensorflow as tf
from pydantic import BaseModel, ConfigDict

from explainer.targets import Selection
from network.canonical import CanonicalNetwork
from network.description import NetworkDescription


class Parameters(BaseModel):
    """The parameters of a method: typed, bounded, with defaults from the paper and a description each."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")


class NoParameters(Parameters):
    """For methods that have nothing to set."""


P = TypeVar("P", bound=Parameters)


class Family(StrEnum):
    """What kind of method."""

    GRADIENT = "gradient"
    MODIFIED_BACKPROP = "modified backprop"
    RELEVANCE = "layer-wise relevance propagation"
    ACTIVATION_MAP = "class activation map"


@dataclass(frozen=True)
class Problem:
    """What is to be explained.

    `inputs` are (batch, height, width, channels) as the network reads them; `selection` says which unit of which layer
    is explained for each of them; `layer` is where a class activation map is taken, and empty for other methods.
    """

    network: CanonicalNetwork
    inputs: tf.Tensor
    selection: Selection
    layer: str = ""

    def compiled(self, function: Callable[..., Any], **settings: Any) -> tf.Tensor:
        """`function(network, inputs, units, node=..., **settings)` as a graph that is kept with the network."""
        graph = self.network.compiled(function, node=self.selection.node, **settings)
        return graph(self.inputs, self.selection.units)


@dataclass(frozen=True)
class Attribution:
    """A method's answer: relevance shaped as the inputs, and the raw map (batch, rows, columns) if there is one."""

    relevance: tf.Tensor
    activation_map: tf.Tensor | None = None


@dataclass(frozen=True)
class Obstacle:
    """Why a method does not apply to a network: the layer in question, what is wrong, and what would help."""

    layer: str
    reason: str
    advice: str


Precondition = Callable[[NetworkDescription], Obstacle | None]


@dataclass(frozen=True)
class Method(Generic[P]):
    """A method with all that people and programs need to know of it."""

    id: str
    title: str
    family: Family
    summary: str
    paper: str
    parameters: type[P]
    explain: Callable[[Problem, P], Attribution]
    signed: bool
    obstacle: Precondition
    layers: Callable[[NetworkDescription], list[str]] | None
    """For methods that work at a layer: the layers that can be chosen, the default first."""
