"""Layers that work on each number alone, in the one form through which innvestigate hands relevance as it is."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf
import tf_keras

from network.description import Node

Function = Callable[[tf.Tensor], tf.Tensor]


def _hard_sigmoid(values: tf.Tensor) -> tf.Tensor:
    """As Keras 3 has it: that of tf_keras is another function."""
    return tf.nn.relu6(values + 3.0) / 6.0


def _hard_silu(values: tf.Tensor) -> tf.Tensor:
    return values * _hard_sigmoid(values)


def _celu(values: tf.Tensor) -> tf.Tensor:
    return tf.maximum(values, 0.0) + tf.minimum(tf.math.expm1(values), 0.0)


_OWN: dict[str, Function] = {
    "relu6": tf.nn.relu6,
    "silu": tf.nn.silu,
    "leaky_relu": lambda values: tf.nn.leaky_relu(values, 0.2),
    "hard_sigmoid": _hard_sigmoid,
    "hard_silu": _hard_silu,
    "celu": _celu,
}


class Rectifier(tf_keras.layers.Activation):  # type: ignore[misc]
    """A ReLU that innvestigate takes for one, bounded or not: it looks for layers whose `activation` is `relu`.

    innvestigate copies it without its activation; then it lets everything pass.
    """

    def __init__(
        self, activation: Any = "relu", max_value: float | None = None, threshold: float = 0.0, **options: Any
    ) -> None:
        super().__init__(activation, **options)
        self._bounds = {"max_value": max_value, "threshold": threshold}

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """The input where it lies above the threshold, at most the bound, and zero elsewhere."""
        rectifies = self.activation is tf_keras.activations.relu
        return tf_keras.activations.relu(inputs, **self._bounds) if rectifies else inputs

    def get_config(self) -> dict[str, Any]:
        """What the layer can be built from."""
        return {**super().get_config(), **self._bounds}


def activation_function(name: str) -> str | Function:
    """The activation function of Keras 3, for tf_keras: its name where both mean the same."""
    return _OWN.get(name, name)


def function_of(node: Node) -> Function | None:
    """What a layer that is no ReLU and no `Activation` does to each number; None if it does not work on each alone."""
    arguments: dict[str, Any] = dict(node.arguments)
    match node.kind:
        case "ReLU":
            arguments["alpha"] = arguments.pop("negative_slope", 0.0)
            return lambda values: tf_keras.activations.relu(values, **arguments)
        case "LeakyReLU":
            return lambda values: tf.nn.leaky_relu(values, arguments.get("negative_slope", 0.3))
        case "ELU":
            return lambda values: tf_keras.activations.elu(values, arguments.get("alpha", 1.0))
        case "Rescaling":
            scale, offset = (tf.constant(arguments[name], tf.float32) for name in ("scale", "offset"))
            return lambda values: values * scale + offset
        case _:
            return None
