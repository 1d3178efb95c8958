"""The layers that a canonical network may have: an allow-list by kind and, for each argument, by type.

A new kind of layer is one new row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from network.argument_checks import (
    AXES,
    CHANNELS_LAST,
    MARGINS,
    NUMBERS,
    PADDING,
    PAIR,
    Check,
    activation,
    axis,
    choice,
    flag,
    integer,
    list_of,
    number,
    optional,
    positive,
)

_ALWAYS = ""


@dataclass(frozen=True)
class LayerKind:
    """A kind of layer: its arguments with their checks, and its weights in the order in which Keras keeps them."""

    arguments: Mapping[str, Check]
    weights: Mapping[str, str] = field(default_factory=dict)
    """Each with the argument that switches it on, or nothing where it is always there."""
    initializers: tuple[str, ...] = ()
    """Arguments that name an initializer: built with zeros, since the weights come anyway."""

    def weight_names(self, arguments: Mapping[str, JsonValue]) -> tuple[str, ...]:
        """The weights that a layer with these arguments has."""
        return tuple(name for name, switch in self.weights.items() if switch == _ALWAYS or arguments.get(switch, True))


_CONVOLUTION: dict[str, Check] = {
    "kernel_size": PAIR,
    "strides": PAIR,
    "padding": PADDING,
    "data_format": CHANNELS_LAST,
    "dilation_rate": PAIR,
    "activation": activation,
    "use_bias": flag,
}
_POOLING: dict[str, Check] = {
    "pool_size": PAIR,
    "strides": optional(PAIR),
    "padding": PADDING,
    "data_format": CHANNELS_LAST,
}
_GLOBAL_POOLING: dict[str, Check] = {"data_format": CHANNELS_LAST, "keepdims": flag}
_SIZE: dict[str, Check] = {"height": positive, "width": positive, "data_format": CHANNELS_LAST}
_NOTHING: dict[str, Check] = {}
_KERNEL = {"kernel": _ALWAYS, "bias": "use_bias"}
_KERNEL_INITIALIZERS = ("kernel_initializer", "bias_initializer")
_SCALE_AND_SHIFT = {"gamma": "scale", "beta": "center"}
_NORMALISATION: dict[str, Check] = {"epsilon": number, "center": flag, "scale": flag}

LAYER_KINDS: dict[str, LayerKind] = {
    "InputLayer": LayerKind(_NOTHING),
    "Dense": LayerKind({"units": positive, "activation": activation, "use_bias": flag}, _KERNEL, _KERNEL_INITIALIZERS),
    "Conv2D": LayerKind({**_CONVOLUTION, "filters": positive, "groups": positive}, _KERNEL, _KERNEL_INITIALIZERS),
    "Conv2DTranspose": LayerKind(
        {**_CONVOLUTION, "filters": positive, "output_padding": optional(PAIR)}, _KERNEL, _KERNEL_INITIALIZERS
    ),
    "DepthwiseConv2D": LayerKind(
        {**_CONVOLUTION, "depth_multiplier": positive},
        {"kernel": _ALWAYS, "bias": "use_bias"},
        ("depthwise_initializer", "bias_initializer"),
    ),
    "BatchNormalization": LayerKind(
        {"axis": axis, **_NORMALISATION}, {**_SCALE_AND_SHIFT, "moving_mean": _ALWAYS, "moving_variance": _ALWAYS}
    ),
    "LayerNormalization": LayerKind({"axis": AXES, **_NORMALISATION}, _SCALE_AND_SHIFT),
    "GroupNormalization": LayerKind({"groups": integer, "axis": axis, **_NORMALISATION}, _SCALE_AND_SHIFT),
    "UnitNormalization": LayerKind({"axis": AXES}),
    "Activation": LayerKind({"activation": activation}),
    "ReLU": LayerKind({"max_value": optional(number), "negative_slope": number, "threshold": number}),
    "LeakyReLU": LayerKind({"negative_slope": number}),
    "ELU": LayerKind({"alpha": number}),
    "PReLU": LayerKind({"shared_axes": optional(list_of(positive))}, {"alpha": _ALWAYS}, ("alpha_initializer",)),
    "Softmax": LayerKind({"axis": axis}),
    "MaxPooling2D": LayerKind(_POOLING),
    "AveragePooling2D": LayerKind(_POOLING),
    "GlobalAveragePooling2D": LayerKind(_GLOBAL_POOLING),
    "GlobalMaxPooling2D": LayerKind(_GLOBAL_POOLING),
    "Add": LayerKind(_NOTHING),
    "Subtract": LayerKind(_NOTHING),
    "Multiply": LayerKind(_NOTHING),
    "Average": LayerKind(_NOTHING),
    "Maximum": LayerKind(_NOTHING),
    "Minimum": LayerKind(_NOTHING),
    "Concatenate": LayerKind({"axis": axis}),
    "ZeroPadding2D": LayerKind({"padding": MARGINS, "data_format": CHANNELS_LAST}),
    "Cropping2D": LayerKind({"cropping": MARGINS, "data_format": CHANNELS_LAST}),
    "CenterCrop": LayerKind(_SIZE),
    "Resizing": LayerKind(
        {
            **_SIZE,
            "interpolation": choice("nearest", "bilinear", "bicubic", "area", "lanczos3", "lanczos5"),
            "crop_to_aspect_ratio": flag,
            "pad_to_aspect_ratio": flag,
            "fill_mode": choice("constant"),
            "fill_value": number,
            "antialias": flag,
        }
    ),
    "UpSampling2D": LayerKind(
        {"size": PAIR, "data_format": CHANNELS_LAST, "interpolation": choice("nearest", "bilinear")}
    ),
    "Flatten": LayerKind({"data_format": CHANNELS_LAST}),
    "Reshape": LayerKind({"target_shape": list_of(integer)}),
    "Rescaling": LayerKind({"scale": NUMBERS, "offset": NUMBERS}),
}
"""All kinds by the class of Keras that builds them."""

IDENTITIES = frozenset(
    [
        "Dropout",
        "SpatialDropout2D",
        "GaussianNoise",
        "GaussianDropout",
        "AlphaDropout",
        "ActivityRegularization",
        "Identity",
        "StochasticDepth",
        "RandomBrightness",
        "RandomColorDegeneration",
        "RandomColorJitter",
        "RandomContrast",
        "RandomCrop",
        "RandomElasticTransform",
        "RandomErasing",
        "RandomFlip",
        "RandomGaussianBlur",
        "RandomGrayscale",
        "RandomHue",
        "RandomInvert",
        "RandomPerspective",
        "RandomPosterization",
        "RandomRotation",
        "RandomSaturation",
        "RandomSharpness",
        "RandomShear",
        "RandomTranslation",
        "RandomZoom",
    ]
)
"""Layers that do nothing at inference: they are left out."""
