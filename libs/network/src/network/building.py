"""Building the layers of a canonical network with Keras, each by itself: no Keras model is needed to run them."""

import re
from math import prod
from typing import Any

import keras

from domain.errors import HubError, Reason
from network.description import NetworkDescription, Node
from network.kernels import kernel_size, multiply_adds
from network.layers import LAYER_KINDS

_MOST_VALUES = 2**28
"""In the output of a layer for one picture, or in one kernel: a gigabyte."""
Shape = tuple[int, ...]
_NO_SCOPE_SIGN = re.compile(r"[^A-Za-z0-9_.-]")


def built(description: NetworkDescription) -> tuple[NetworkDescription, dict[str, Any]]:
    """The description with shapes, counts and costs filled in, and the Keras layers by name, their weights zero.

    Raises:
        HubError: `MODEL_CORRUPT` for a layer that cannot be built, `TOO_LARGE` for one without measure.
    """
    layers: dict[str, Any] = {}
    shapes: dict[str, Shape] = {}
    nodes: list[Node] = []
    for node in description.nodes:
        read = tuple(shapes[name] for name in node.inputs)
        try:
            layer, shape = _built(node, read) if read else _input(node, description.input_shape)
        except (ValueError, TypeError, ZeroDivisionError, OverflowError, IndexError) as error:
            raise HubError(
                Reason.MODEL_CORRUPT,
                f"The layer {node.name!r} ({node.kind}) cannot be built: {_first_line(error)}",
                "Check that its arguments fit what it reads.",
            ) from error
        layers[node.name], shapes[node.name] = layer, shape
        facts = {"output_shape": shape, "parameters": int(layer.count_params())}
        cost = multiply_adds(node, read[0], shape) if read else 0
        nodes.append(node.model_copy(update={**facts, "multiply_adds": cost}))
    return description.model_copy(update={"nodes": tuple(nodes)}), layers


def _input(node: Node, shape: Shape) -> tuple[Any, Shape]:
    return keras.layers.InputLayer(shape=shape, name=_keras_name(node)), shape


def _built(node: Node, read: tuple[Shape, ...]) -> tuple[Any, Shape]:
    """The layer, built, and the shape of its output without the batch."""
    initializers = dict.fromkeys(LAYER_KINDS[node.kind].initializers, "zeros")
    layer = getattr(keras.layers, node.kind)(**node.arguments, **initializers, name=_keras_name(node))
    batches: Any = [(None, *shape) for shape in read]
    given = batches if len(batches) > 1 else batches[0]
    _refuse_measureless(node, "kernel", kernel_size(node, read[0]))
    shape = tuple(int(side) for side in layer.compute_output_shape(given)[1:])
    if min(shape, default=1) < 1:
        raise ValueError(f"its output would have the shape {shape}")
    _refuse_measureless(node, "output", prod(shape))
    layer.build(given)
    return layer, shape


def _refuse_measureless(node: Node, part: str, values: int) -> None:
    if values > _MOST_VALUES:
        raise HubError(
            Reason.TOO_LARGE,
            f"The {part} of the layer {node.name!r} ({node.kind}) would have {values:,} values.",
            f"At most {_MOST_VALUES:,} are possible here.",
        )


def _keras_name(node: Node) -> str:
    # TensorFlow allows few signs in the name of a scope, and our names have more.
    return "layer." + _NO_SCOPE_SIGN.sub("_", node.name)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
