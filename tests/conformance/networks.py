"""Tiny networks with random weights that between them have every kind of layer that methods treat in their own way."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from network.canonical import CanonicalNetwork
from network.description import NetworkDescription, Node

FloatArray = npt.NDArray[np.float32]
CLASSES = 5
SIDE = 12
_SEED = 4
"""With it the best logit of every picture is positive, which innvestigate's guided backpropagation needs."""


def _node(name: str, kind: str, *inputs: str, **arguments: Any) -> Node:
    return Node(name=name, kind=kind, inputs=inputs, arguments=arguments)


def _relu(name: str, source: str) -> Node:
    return _node(name, "Activation", source, activation="relu")


def _described(channels: int, *nodes: Node) -> NetworkDescription:
    return NetworkDescription(input_shape=(SIDE, SIDE, channels), nodes=(_node("input", "InputLayer"), *nodes))


def _convolutional(channels: int, *, use_bias: bool) -> NetworkDescription:
    return _described(
        channels,
        _node("first", "Conv2D", "input", filters=4, kernel_size=[3, 3], padding="same", use_bias=use_bias),
        _relu("first.relu", "first"),
        _node("pool", "MaxPooling2D", "first.relu", pool_size=[2, 2], strides=[2, 2], padding="valid"),
        _node(
            "second", "Conv2D", "pool", filters=6, kernel_size=[3, 3], strides=[2, 2], padding="same", use_bias=use_bias
        ),
        _relu("second.relu", "second"),
        _node("mean", "GlobalAveragePooling2D", "second.relu"),
        _node("logits", "Dense", "mean", units=CLASSES, use_bias=use_bias),
    )


def _normalised() -> NetworkDescription:
    return _described(
        3,
        _node("first", "Conv2D", "input", filters=4, kernel_size=[3, 3], padding="same", use_bias=False),
        _node("first_norm", "BatchNormalization", "first", axis=-1, epsilon=1e-3),
        _node("first_relu", "ReLU", "first_norm", max_value=6.0),
        _node("margin", "ZeroPadding2D", "first_relu", padding=[[0, 1], [0, 1]]),
        _node("deep", "DepthwiseConv2D", "margin", kernel_size=[3, 3], strides=[2, 2], padding="valid", use_bias=False),
        _node("deep_norm", "BatchNormalization", "deep", axis=-1, epsilon=1e-3),
        _node("deep_relu", "ReLU", "deep_norm", max_value=6.0),
        _node("point", "Conv2D", "deep_relu", filters=4, kernel_size=[1, 1], padding="same", use_bias=False),
        _node("point_norm", "BatchNormalization", "point", axis=-1, epsilon=1e-3),
        _node("sum", "Add", "deep_relu", "point_norm"),
        _node("sum_relu", "ReLU", "sum", max_value=6.0),
        _node("average", "AveragePooling2D", "sum_relu", pool_size=[2, 2], strides=[2, 2], padding="valid"),
        _node("flat", "Flatten", "average"),
        _node("logits", "Dense", "flat", units=CLASSES),
    )


def _branched() -> NetworkDescription:
    return _described(
        3,
        _node("squeeze", "Conv2D", "input", filters=3, kernel_size=[1, 1], padding="valid"),
        _relu("squeeze.relu", "squeeze"),
        _node("narrow", "Conv2D", "squeeze.relu", filters=4, kernel_size=[1, 1], padding="valid"),
        _relu("narrow.relu", "narrow"),
        _node("wide", "Conv2D", "squeeze.relu", filters=4, kernel_size=[3, 3], padding="same"),
        _relu("wide.relu", "wide"),
        _node("both", "Concatenate", "narrow.relu", "wide.relu", axis=-1),
        _node("pool", "MaxPooling2D", "both", pool_size=[3, 3], strides=[2, 2], padding="valid"),
        _node("classes", "Conv2D", "pool", filters=CLASSES, kernel_size=[1, 1], padding="valid"),
        _relu("classes.relu", "classes"),
        _node("logits", "GlobalAveragePooling2D", "classes.relu"),
    )


def _gated() -> NetworkDescription:
    """A squeeze-and-excite block, swish, dilation, and an average of two."""
    return _described(
        3,
        _node("scaled", "Rescaling", "input", scale=0.5, offset=-0.25),
        _node("first", "Conv2D", "scaled", filters=4, kernel_size=[3, 3], strides=[2, 2], padding="same"),
        _node("first.swish", "Activation", "first", activation="silu"),
        _node("squeeze", "GlobalAveragePooling2D", "first.swish", keepdims=True),
        _node("excite", "Conv2D", "squeeze", filters=4, kernel_size=[1, 1]),
        _node("gate", "Activation", "excite", activation="sigmoid"),
        _node("opened", "Multiply", "first.swish", "gate"),
        _node("wide", "Conv2D", "opened", filters=4, kernel_size=[3, 3], dilation_rate=[2, 2], padding="same"),
        _node("wide.relu", "LeakyReLU", "wide", negative_slope=0.2),
        _node("both", "Average", "wide.relu", "opened"),
        _node("cut", "Cropping2D", "both", cropping=[[1, 0], [0, 1]]),
        _node("flat", "Flatten", "cut"),
        _node("logits", "Dense", "flat", units=CLASSES),
    )


def _standardised() -> NetworkDescription:
    """A block of ConvNeXt: LayerNormalization, dense layers at each place, GELU; and a GroupNormalization."""
    return _described(
        3,
        _node("patches", "Conv2D", "input", filters=4, kernel_size=[2, 2], strides=[2, 2]),
        _node("patches_norm", "LayerNormalization", "patches", axis=-1, epsilon=1e-3),
        _node("deep", "DepthwiseConv2D", "patches_norm", kernel_size=[3, 3], padding="same", depth_multiplier=2),
        _node("deep_norm", "GroupNormalization", "deep", groups=2, axis=-1, epsilon=1e-3),
        _node("up", "Dense", "deep_norm", units=6),
        _node("up.gelu", "Activation", "up", activation="gelu"),
        _node("down", "Dense", "up.gelu", units=4),
        _node("sum", "Add", "patches_norm", "down"),
        _node("mean", "GlobalAveragePooling2D", "sum"),
        _node("mean_norm", "LayerNormalization", "mean", axis=-1, epsilon=1e-3),
        _node("logits", "Dense", "mean_norm", units=CLASSES),
    )


def _enlarging() -> NetworkDescription:
    """Transposed and grouped convolutions, up-sampling, PReLU, a normalisation that stands alone."""
    return _described(
        3,
        _node("first", "Conv2D", "input", filters=4, kernel_size=[3, 3], strides=[3, 3]),
        _node("first.prelu", "PReLU", "first", shared_axes=[1, 2]),
        _node("alone", "BatchNormalization", "first.prelu", axis=-1, epsilon=1e-3),
        _node("up", "Conv2DTranspose", "alone", filters=4, kernel_size=[2, 2], strides=[2, 2], padding="valid"),
        _node("up_norm", "BatchNormalization", "up", axis=-1, epsilon=1e-3),
        _node("up.relu", "ReLU", "up_norm"),
        _node("groups", "Conv2D", "up.relu", filters=6, kernel_size=[3, 3], groups=2, strides=[2, 2], padding="valid"),
        _node("groups.relu", "ReLU", "groups"),
        _node("large", "UpSampling2D", "groups.relu", size=[2, 2], interpolation="nearest"),
        _node("flat", "Flatten", "large"),
        _node("logits", "Dense", "flat", units=CLASSES),
    )


def _linear() -> NetworkDescription:
    return _described(3, _node("flat", "Flatten", "input"), _node("logits", "Dense", "flat", units=CLASSES))


NETWORKS: dict[str, Callable[[], NetworkDescription]] = {
    "plain": lambda: _convolutional(3, use_bias=True),
    "bias_free": lambda: _convolutional(3, use_bias=False),
    "normalised": _normalised,
    "branched": _branched,
    "grey": lambda: _convolutional(1, use_bias=True),
    "linear": _linear,
    "gated": _gated,
    "standardised": _standardised,
    "enlarging": _enlarging,
}


@cache
def network(name: str) -> CanonicalNetwork:
    """One of the networks, its weights always the same; not to be changed."""
    return _filled(NETWORKS[name]())


def constant_network() -> CanonicalNetwork:
    """A network that gives the same logits for every picture."""
    found = _filled(NETWORKS["plain"]())
    weights = weights_of(found)
    found.set_weights(weights | {"logits.kernel": np.zeros_like(weights["logits.kernel"])})
    return found


def weights_of(found: CanonicalNetwork) -> dict[str, FloatArray]:
    """All weights by `<layer>.<weight>`."""
    return {f"{name}.{weight.name}": weight.numpy() for name, layer in found.layers.items() for weight in layer.weights}


def inputs(name: str, count: int = 2) -> FloatArray:
    """Pictures for one of the networks."""
    shape = (count, *NETWORKS[name]().input_shape)
    return np.random.default_rng(7).normal(0.0, 1.0, shape).astype(np.float32)


def best_units(name: str, pictures: FloatArray) -> list[int]:
    """The unit with the largest logit for each picture."""
    return [int(unit) for unit in network(name).logits(pictures).argmax(axis=1)]


def _filled(description: NetworkDescription) -> CanonicalNetwork:
    found, random = CanonicalNetwork(description), np.random.default_rng(_SEED)
    found.set_weights({name: _random(random, name, array.shape) for name, array in weights_of(found).items()})
    return found


def _random(random: np.random.Generator, name: str, shape: tuple[int, ...]) -> FloatArray:
    kind = name.rpartition(".")[2]
    if kind in {"gamma", "moving_variance"}:
        values = random.uniform(0.5, 1.5, shape)
    elif "kernel" in kind:
        fan_in = np.prod(shape[:2]) if kind == "depthwise_kernel" else np.prod(shape[:-1])
        values = random.normal(0.0, np.sqrt(2.0 / float(fan_in)), shape)
    else:
        values = random.normal(0.0, 0.2, shape)
    return np.asarray(values, dtype=np.float32)
