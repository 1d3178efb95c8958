"""How many weights the kernel of a layer has and what it costs, told from its arguments alone."""

from math import prod

from network.description import Node

_LINEAR = {"Dense", "Conv2D", "Conv2DTranspose", "DepthwiseConv2D"}


def kernel_size(node: Node, input_shape: tuple[int, ...]) -> int:
    """How many weights the kernel of a linear layer has, 0 for other layers."""
    if node.kind not in _LINEAR:
        return 0
    channels, arguments = input_shape[-1], node.arguments
    if node.kind == "Dense":
        return channels * _integer(arguments["units"])
    window = arguments["kernel_size"]
    pixels = prod(_integer(side) for side in window) if isinstance(window, list) else _integer(window) ** 2
    if node.kind == "DepthwiseConv2D":
        return pixels * channels * _integer(arguments.get("depth_multiplier", 1))
    return pixels * channels * _integer(arguments["filters"]) // _integer(arguments.get("groups", 1))


def multiply_adds(node: Node, input_shape: tuple[int, ...], output_shape: tuple[int, ...]) -> int:
    """Multiplications with an addition that a linear or normalising layer does for one picture, 0 for other layers."""
    if node.kind == "BatchNormalization":
        return prod(output_shape)
    positions = prod((input_shape if node.kind == "Conv2DTranspose" else output_shape)[:-1])
    return positions * kernel_size(node, input_shape)


def _integer(value: object) -> int:
    assert isinstance(value, int), "the arguments of a canonical network are checked"
    return value
