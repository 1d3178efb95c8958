"""What becomes of one call of a layer: usually one node, with its activation as a second; composite layers come apart.

The pieces of a composite layer compute what the layer computes, so that every kind that remains is a simple one:

* `SeparableConv2D` is a `DepthwiseConv2D` and a `Conv2D` of one pixel;
* `Normalization` is a `Rescaling`, and so is arithmetic with a number;
* `LayerScale` of ConvNeXt is a `DepthwiseConv2D` of one pixel;
* `CustomScaleLayer` of Inception-ResNet is a `Rescaling` and an `Add`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.errors import HubError, Reason
from network.description import Node
from network.layer_arguments import checked_arguments
from network.layers import LAYER_KINDS

Array = npt.NDArray[Any]
_SMALLEST_DEVIATION = 1e-7
"""Normalization divides by no less (`keras.backend.epsilon`)."""


@dataclass(frozen=True)
class Piece:
    """A node, and its weights by name."""

    node: Node
    weights: Mapping[str, Array]


@dataclass(frozen=True)
class LayerCall:
    """A layer of a file in one of its uses.

    Attributes:
        name: the name that the nodes get.
        kind: its class.
        config: its arguments as they stand in the file.
        inputs: the nodes that it reads.
        weights: its weights in the order in which Keras keeps them.
        keras_2: whether Keras 2 wrote it, which has other names for some arguments, and another hard sigmoid.
    """

    name: str
    kind: str
    config: Mapping[str, Any]
    inputs: tuple[str, ...]
    weights: tuple[Array, ...] = ()
    keras_2: bool = False


def pieces_of(call: LayerCall) -> list[Piece]:
    """The nodes that stand for a call; the last one gives its output. None for a linear activation.

    Raises:
        HubError: `MODEL_FORBIDDEN`, `MODEL_CORRUPT`, naming the layer.
    """
    special = _COMPOSITES.get(call.kind)
    return special(call) if special else _plain(_renamed(call) if call.keras_2 else call)


def rescaling(name: str, source: str, scale: float, offset: float) -> Piece:
    """scale x + offset."""
    return Piece(Node(name=name, kind="Rescaling", arguments={"scale": scale, "offset": offset}, inputs=(source,)), {})


def _plain(call: LayerCall) -> list[Piece]:
    arguments = checked_arguments(call.kind, call.name, call.config)
    if call.kind == "Activation":
        return _activation(call, call.name, str(arguments.get("activation", "linear")), call.inputs[0])
    function = str(arguments.pop("activation", "linear"))
    node = Node(name=call.name, kind=call.kind, arguments=arguments, inputs=call.inputs)
    piece = Piece(node, _named(call, LAYER_KINDS[call.kind].weight_names(arguments)))
    return [piece, *_activation(call, f"{call.name}.{function}", function, call.name)]


def _activation(call: LayerCall, name: str, function: str, source: str) -> list[Piece]:
    if function == "linear":
        return []
    if function == "hard_sigmoid" and call.keras_2:
        # max(0, min(1, 0.2 x + 0.5)); Keras 3 has max(0, min(1, x / 6 + 0.5)).
        clipped = Node(name=name, kind="ReLU", arguments={"max_value": 1.0}, inputs=(f"{name}.line",))
        return [rescaling(f"{name}.line", source, 0.2, 0.5), Piece(clipped, {})]
    return [Piece(Node(name=name, kind="Activation", arguments={"activation": function}, inputs=(source,)), {})]


def _named(call: LayerCall, names: tuple[str, ...]) -> dict[str, Array]:
    if len(call.weights) < len(names):
        raise HubError(
            Reason.MODEL_CORRUPT,
            f"The file holds {len(call.weights)} weights for the layer {call.name!r} ({call.kind}), which has "
            f"{len(names)}: {', '.join(names)}.",
            "Save the whole model again, after it was built or trained.",
        )
    return dict(zip(names, call.weights, strict=False))


def _separable_convolution(call: LayerCall) -> list[Piece]:
    config = dict(call.config)
    own = _taken(config, "depth_multiplier", "strides", "padding", "dilation_rate")
    shared = _taken(config, "data_format", "dtype")
    deep_name = f"{call.name}.depthwise"
    depthwise = {**own, **shared, "kernel_size": config.pop("kernel_size"), "use_bias": False}
    pointwise = {**config, **shared, "kernel_size": 1}
    return [
        *_plain(replace(call, name=deep_name, kind="DepthwiseConv2D", config=depthwise, weights=call.weights[:1])),
        *_plain(replace(call, kind="Conv2D", config=pointwise, inputs=(deep_name,), weights=call.weights[1:])),
    ]


def _taken(config: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: config.pop(name) for name in names if name in config}


def _normalization(call: LayerCall) -> list[Piece]:
    """(x - mean) / max(√variance, 1e-7), along the channels or over everything."""
    if call.config.get("axis") not in ([-1], -1, [3], 3, [], None) or call.config.get("invert"):
        raise HubError(
            Reason.MODEL_UNSUPPORTED,
            f"The layer {call.name!r} (Normalization) has axis = {call.config.get('axis')!r:.40}, "
            f"invert = {call.config.get('invert')!r:.40}.",
            "Normalise along the channels (axis=-1), not inverted.",
        )
    given = [call.config.get("mean"), call.config.get("variance")]
    mean, variance = (
        [np.asarray(value, np.float64).reshape(-1) for value in given]
        if None not in given
        else [np.asarray(value, np.float64).reshape(-1) for value in _named(call, ("mean", "variance")).values()]
    )
    scale = 1.0 / np.maximum(np.sqrt(variance), _SMALLEST_DEVIATION)
    arguments = {"scale": [float(value) for value in scale], "offset": [float(value) for value in -mean * scale]}
    config = {"dtype": call.config.get("dtype"), **arguments}
    return _plain(replace(call, kind="Rescaling", config=config, weights=()))


def _layer_scale(call: LayerCall) -> list[Piece]:
    (gamma,) = _named(call, ("gamma",)).values()
    kernel = np.asarray(gamma).reshape(1, 1, -1, 1)
    config = {"kernel_size": 1, "use_bias": False}
    return _plain(replace(call, kind="DepthwiseConv2D", config=config, weights=(kernel,)))


def _scaled_sum(call: LayerCall) -> list[Piece]:
    config = {"scale": call.config.get("scale"), "offset": 0.0}
    scaled = replace(call, name=f"{call.name}.scaled", kind="Rescaling", config=config, inputs=call.inputs[1:])
    total = replace(call, kind="Add", config={}, inputs=(call.inputs[0], scaled.name))
    return [*_plain(scaled), *_plain(total)]


def _threshold(call: LayerCall) -> list[Piece]:
    return _plain(replace(call, kind="ReLU", config={"threshold": call.config.get("theta", 1.0)}))


_COMPOSITES: dict[str, Callable[[LayerCall], list[Piece]]] = {
    "SeparableConv2D": _separable_convolution,
    "Normalization": _normalization,
    "LayerScale": _layer_scale,
    "CustomScaleLayer": _scaled_sum,
    "ThresholdedReLU": _threshold,
}
_KERAS_2_NAMES = {"LeakyReLU": {"alpha": "negative_slope"}}


def _renamed(call: LayerCall) -> LayerCall:
    names = _KERAS_2_NAMES.get(call.kind, {})
    return replace(call, config={names.get(argument, argument): value for argument, value in call.config.items()})
