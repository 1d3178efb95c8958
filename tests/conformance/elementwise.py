"""Activation functions and their derivatives, in NumPy."""

from collections.abc import Callable
from dataclasses import dataclass
from math import erf, pi, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from network.description import Node

Vector = npt.NDArray[np.float64]
ELEMENTWISE = {"Activation", "ReLU", "LeakyReLU", "PReLU"}


@dataclass(frozen=True)
class Function:
    """A function of each value by itself, and its derivative."""

    value: Callable[[Vector], Vector]
    slope: Callable[[Vector], Vector]


def _clipped(bound: float) -> Function:
    return Function(lambda x: np.clip(x, 0.0, bound), lambda x: ((x > 0) & (x < bound)).astype(float))


def _leaky(slope: Any) -> Function:
    return Function(lambda x: np.where(x > 0, x, slope * x), lambda x: np.where(x > 0, 1.0, slope))


def _sigmoid(x: Vector) -> Vector:
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


def _normal(x: Vector) -> Vector:
    return np.asarray([0.5 * (1.0 + erf(value / sqrt(2.0))) for value in x])


_FUNCTIONS = {
    "relu": _clipped(np.inf),
    "relu6": _clipped(6.0),
    "sigmoid": Function(_sigmoid, lambda x: _sigmoid(x) * (1.0 - _sigmoid(x))),
    "tanh": Function(np.tanh, lambda x: 1.0 - np.tanh(x) ** 2),
    "silu": Function(lambda x: x * _sigmoid(x), lambda x: _sigmoid(x) * (1.0 + x * (1.0 - _sigmoid(x)))),
    "gelu": Function(lambda x: x * _normal(x), lambda x: _normal(x) + x * np.exp(-0.5 * x**2) / sqrt(2.0 * pi)),
    "hard_silu": Function(
        lambda x: x * np.clip(x / 6.0 + 0.5, 0.0, 1.0),
        lambda x: np.where(x <= -3, 0.0, np.where(x >= 3, 1.0, x / 3.0 + 0.5)),
    ),
}


def function_of(node: Node, slopes: Vector | None) -> Function:
    """The function of an activation layer; `slopes` are those of a PReLU, flat."""
    if node.kind == "PReLU":
        return _leaky(slopes)
    if node.kind == "LeakyReLU":
        return _leaky(float(str(node.arguments["negative_slope"])))
    if node.kind == "ReLU":
        return _clipped(float(str(node.arguments.get("max_value") or np.inf)))
    return _FUNCTIONS[str(node.arguments["activation"])]
