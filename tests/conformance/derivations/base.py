"""What derivations have in common: the walk back, and the chain rule."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from conformance.slow_network import ROUTING, Matrix, Rule, Seen, SlowNetwork, Vector

from network.description import Node


@dataclass(frozen=True)
class Case:
    """What is explained: the value of a unit of a node, for a picture (height, width, channels).

    `settings` are the parameters of the method; `layer` is where maps are taken; `backgrounds` are other pictures;
    `lowest` and `highest` are the numbers read for black and white.
    """

    slow: SlowNetwork
    picture: npt.NDArray[Any]
    node: str
    unit: int
    settings: Mapping[str, Any]
    layer: str
    backgrounds: npt.NDArray[Any]
    lowest: float
    highest: float

    @property
    def start(self) -> Vector:
        """The weights of the node's outputs in the value explained."""
        return self.slow.start(self.node, self.unit)

    def back(self, start: Vector, rule: Rule, picture: npt.NDArray[Any] | None = None) -> Vector:
        """From a vector over the node's outputs to one in the shape of the picture."""
        seen = self.slow.forward(self.picture if picture is None else picture)
        arrived = self.slow.backward(seen, self.node, start, rule)
        return arrived[self.slow.description.input.name].reshape(self.picture.shape)

    def output(self) -> Vector:
        """The output of the node."""
        return self.slow.forward(self.picture)[self.node].output

    def value(self, picture: npt.NDArray[Any]) -> float:
        """The value explained, for another picture."""
        return self.slow.value(picture, self.node, self.unit)

    def gradient(self, picture: npt.NDArray[Any] | None = None) -> Vector:
        """∂f/∂x."""
        return self.back(self.start, chain, picture)

    def baseline(self) -> Vector:
        """The baseline that the settings name."""
        match self.settings["baseline"]:
            case "zero":
                return np.zeros(self.picture.shape)
            case "black":
                return np.full(self.picture.shape, self.lowest)
            case "white":
                return np.full(self.picture.shape, self.highest)
            case "grey":
                return np.full(self.picture.shape, (self.lowest + self.highest) / 2)
            case "mean":
                return np.asarray(np.zeros(self.picture.shape) + self.picture.mean(axis=(0, 1)))
            case "uniform":
                noise = np.random.default_rng(int(self.settings["seed"])).random(self.picture.shape, np.float32)
                return np.asarray(self.lowest + noise * (self.highest - self.lowest), np.float64)
            case other:
                raise ValueError(f"the derivations have no baseline {other!r}")


Derivation = Callable[[Case], Vector]
"""From a case to relevance in the shape of the picture."""


def chain(_: Node, seen: Seen, arriving: Vector) -> list[Vector]:
    """R_i = Σ_j R_j ∂z_j/∂x_i."""
    return [jacobian @ arriving for jacobian in seen.jacobians]


def is_rectifier(node: Node) -> bool:
    """Whether a layer is a ReLU."""
    return node.kind == "ReLU" or node.arguments.get("activation") in {"relu", "relu6"}


def proportional(seen: Seen, relevance: Vector, stabiliser: float) -> list[Vector]:
    """R_i = x_i Σ_j w_ij R_j / (z_j + ε sign z_j); without ε nothing comes out of what is zero."""
    denominator = seen.output + stabiliser * np.where(seen.output >= 0, 1.0, -1.0)
    shares = np.divide(relevance, denominator, out=np.zeros_like(relevance), where=denominator != 0)
    return [x * (matrix @ shares) for x, matrix in zip(seen.inputs, seen.matrices, strict=True)]


def routed(node: Node) -> bool:
    """Whether a layer only moves values, or picks the largest."""
    return node.kind in ROUTING


def between(few: int, many: int) -> Matrix:
    """Linear interpolation along one side, pixels being squares with their values at the centre."""
    weights = np.zeros((many, few))
    for place in range(many):
        position = min(max((place + 0.5) * few / many - 0.5, 0.0), few - 1.0)
        below = int(position)
        weights[place, below] += 1.0 - (position - below)
        weights[place, min(below + 1, few - 1)] += position - below
    return weights
