"""What a method is, and what it is given."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
import tensorflow as tf
from pydantic import BaseModel, ConfigDict

from explainer.engine import FloatArray
from explainer.methods.baselines import Baseline, baseline_inputs
from explainer.surroundings import InputRange, Surroundings
from explainer.targets import Selection, score_values, values
from network.canonical import CanonicalNetwork
from network.description import NetworkDescription

_BYTES_A_VALUE = 4


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
    BLACK_BOX = "black box"
    INNER_VIEW = "inner view"
    CONTROL = "control"


class Needs(StrEnum):
    """What a method needs beside the network and the input."""

    NOTHING = "nothing"
    SAMPLES = "samples"
    """Other samples of the data set, as a background."""
    PATTERNS = "patterns"
    """Patterns that were fitted to the network on a data set."""


class Quantity(StrEnum):
    """Which number of the answer a black-box method watches."""

    LOGIT = "logit"
    SCORE = "score"


@dataclass(frozen=True)
class Problem:
    """What is to be explained.

    Attributes:
        network: the network.
        inputs: (batch, height, width, channels) as the network reads them.
        selection: what is explained for each of them.
        surroundings: what is known of the model and its data beside the network.
        layer: where a class activation map is taken; empty for other methods.
        memory_bytes: what the activations of inputs that are run at once may take.
    """

    network: CanonicalNetwork
    inputs: tf.Tensor
    selection: Selection
    surroundings: Surroundings
    layer: str = ""
    memory_bytes: int = 1024**3

    @property
    def input_range(self) -> InputRange:
        """What the network reads for black and white."""
        return self.surroundings.input_range

    def compiled(self, function: Callable[..., Any], *tensors: Any, **settings: Any) -> Any:
        """`function(network, inputs, weights, *tensors, node=..., **settings)` as a graph kept with the network."""
        graph = self.network.compiled(function, node=self.selection.node, **settings)
        return graph(self.inputs, self.selection.weights, *tensors)

    def instead(self, inputs: tf.Tensor, rows: tf.Tensor) -> "Problem":
        """The same problem for other inputs, of which the k-th stands for the input `rows[k]` of this one."""
        return replace(self, inputs=inputs, selection=self.selection.rows(rows))

    def baseline(self, baseline: Baseline, seed: int = 0) -> FloatArray:
        """The baseline of each input, in the shape of the inputs."""
        return baseline_inputs(self.inputs.numpy(), self.input_range, baseline, seed)

    def part(self, rows: range) -> "Problem":
        """The problem of some of the inputs alone."""
        return self.instead(self.inputs[rows.start : rows.stop], tf.range(rows.start, rows.stop))

    def values(self, inputs: tf.Tensor, rows: tf.Tensor, quantity: Quantity = Quantity.LOGIT) -> FloatArray:
        """What is explained, for other inputs (count,), of which the k-th stands for the input `rows[k]`.

        A unit inside the network has no score: for one, both quantities are its value.
        """
        problem = self.instead(inputs, rows)
        if quantity is Quantity.SCORE and problem.selection.node == self.network.description.output.name:
            return np.asarray(problem.compiled(score_values, head=self.surroundings.head), np.float32)
        return np.asarray(problem.compiled(values), np.float32)

    def at_once(self, *, gradients: bool = False) -> int:
        """How many inputs may run at once within the memory."""
        description = self.network.description
        # Going forward, a layer's input and output are there at once. A gradient keeps the outputs of all layers; going
        # back, as much is freed as comes about.
        values = description.activations if gradients else 2 * description.largest_activation
        return inputs_at_once(values, self.memory_bytes)

    def portions(self, count: int, *, gradients: bool = False) -> Iterator[range]:
        """The numbers from 0 to count in portions that may run at once."""
        size = min(self.at_once(gradients=gradients), _LARGEST_PORTION)
        for begin in range(0, count, size):
            yield range(begin, min(begin + size, count))


def inputs_at_once(values: int, memory_bytes: int) -> int:
    """How many inputs may run at once within the memory, if so many values are there of each."""
    return max(1, memory_bytes // (values * _BYTES_A_VALUE))


_LARGEST_PORTION = 32
"""Larger batches are no faster on the machines seen so far."""


@dataclass(frozen=True)
class Attribution:
    """A method's answer: relevance shaped as the inputs, and the raw map (batch, rows, columns) if there is one."""

    relevance: tf.Tensor
    activation_map: tf.Tensor | None = None
    warnings: tuple[str, ...] = ()


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
    needs: Needs
