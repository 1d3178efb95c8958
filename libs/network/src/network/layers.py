"""The layers that a network may have: an allow-list by kind and, for each argument, by type.

An argument that only matters in training is dropped; any other that is not listed is refused unless it is None.
A new kind of layer is one new row.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from domain.errors import HubError, Reason
from network.argument_checks import (
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


@dataclass(frozen=True)
class LayerKind:
    """A kind of layer: its arguments with their checks, and what it is at inference."""

    arguments: Mapping[str, Check]
    initializers: tuple[str, ...] = ()
    """Arguments that name an initializer: built with zeros, since the weights come anyway."""
    identity: bool = False
    """Whether it does nothing at inference, and is left out."""


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
_NOTHING: dict[str, Check] = {}

LAYER_KINDS: dict[str, LayerKind] = {
    "Dense": LayerKind(
        {"units": positive, "activation": activation, "use_bias": flag}, ("kernel_initializer", "bias_initializer")
    ),
    "Conv2D": LayerKind(
        {**_CONVOLUTION, "filters": positive, "groups": positive}, ("kernel_initializer", "bias_initializer")
    ),
    "DepthwiseConv2D": LayerKind(
        {**_CONVOLUTION, "depth_multiplier": positive}, ("depthwise_initializer", "bias_initializer")
    ),
    "SeparableConv2D": LayerKind(
        {**_CONVOLUTION, "filters": positive, "depth_multiplier": positive},
        ("depthwise_initializer", "pointwise_initializer", "bias_initializer"),
    ),
    "BatchNormalization": LayerKind({"axis": axis, "epsilon": number, "center": flag, "scale": flag}),
    "Activation": LayerKind({"activation": activation}),
    "ReLU": LayerKind({"max_value": optional(number), "negative_slope": number, "threshold": number}),
    "LeakyReLU": LayerKind({"negative_slope": number}),
    "ELU": LayerKind({"alpha": number}),
    "PReLU": LayerKind({"shared_axes": optional(list_of(positive))}, ("alpha_initializer",)),
    "Softmax": LayerKind({"axis": axis}),
    "MaxPooling2D": LayerKind(_POOLING),
    "AveragePooling2D": LayerKind(_POOLING),
    "GlobalAveragePooling2D": LayerKind(_GLOBAL_POOLING),
    "GlobalMaxPooling2D": LayerKind(_GLOBAL_POOLING),
    "Add": LayerKind(_NOTHING),
    "Multiply": LayerKind(_NOTHING),
    "Concatenate": LayerKind({"axis": axis}),
    "ZeroPadding2D": LayerKind({"padding": MARGINS, "data_format": CHANNELS_LAST}),
    "Cropping2D": LayerKind({"cropping": MARGINS, "data_format": CHANNELS_LAST}),
    "UpSampling2D": LayerKind(
        {"size": PAIR, "data_format": CHANNELS_LAST, "interpolation": choice("nearest", "bilinear")}
    ),
    "Flatten": LayerKind({"data_format": CHANNELS_LAST}),
    "Reshape": LayerKind({"target_shape": list_of(integer)}),
    "Rescaling": LayerKind({"scale": NUMBERS, "offset": NUMBERS}),
    **{
        name: LayerKind(_NOTHING, identity=True)
        for name in [
            "Dropout",
            "SpatialDropout2D",
            "GaussianNoise",
            "GaussianDropout",
            "AlphaDropout",
            "ActivityRegularization",
            "Identity",
            "RandomFlip",
            "RandomRotation",
            "RandomZoom",
            "RandomTranslation",
            "RandomContrast",
            "RandomBrightness",
            "RandomCrop",
        ]
    },
}

_TRAINING_ONLY = frozenset(
    [
        "name",
        "trainable",
        "dtype",
        "activity_regularizer",
        "batch_input_shape",
        "momentum",
        "synchronized",
        "renorm",
        "renorm_clipping",
        "renorm_momentum",
        "lora_rank",
        "lora_alpha",
        "quantization_config",
        "seed",
        "noise_shape",
        "supports_masking",
    ]
)
_TRAINING_ONLY_ENDINGS = ("_initializer", "_regularizer", "_constraint")


def is_layer_module(module: str | None) -> bool:
    """Whether Keras wrote this module for a layer of its own."""
    return module in {None, "keras.layers", "keras"} or str(module).startswith("keras.src.layers.")


def checked_arguments(kind: str, name: str, config: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The arguments of a layer in canonical form.

    Raises:
        HubError: `MODEL_FORBIDDEN` for a kind that is not on the list or an argument that is no plain value,
            naming the layer.
    """
    known = LAYER_KINDS.get(kind)
    if known is None:
        raise HubError(
            Reason.MODEL_FORBIDDEN,
            f"The layer {name!r} is of the kind {kind}, which is not on the list of layers that may be imported.",
            _ADVICE.get(kind, "Replace it by standard Keras layers and save the model again."),
        )
    if known.identity:
        return {}
    arguments: dict[str, JsonValue] = {}
    for argument, value in config.items():
        check = known.arguments.get(argument)
        if check is None:
            if value is None or argument in _TRAINING_ONLY or argument.endswith(_TRAINING_ONLY_ENDINGS):
                continue
            raise HubError(
                Reason.MODEL_FORBIDDEN,
                f"The layer {name!r} ({kind}) has the argument {argument!r}, which is not known here.",
                "Save the model again with a current version of Keras, or leave the argument out.",
            )
        try:
            arguments[argument] = check(value)
        except ValueError as error:
            raise HubError(
                Reason.MODEL_FORBIDDEN,
                f"The layer {name!r} ({kind}) has {argument} = {_shown(value)}; expected is {error}.",
                "Save the model again with plain arguments.",
            ) from error
    return arguments


_ADVICE = {
    "Lambda": "A Lambda layer carries code, which is never run here: replace it by standard layers such as Rescaling.",
    "TFSMLayer": "A TFSMLayer runs a saved TensorFlow program, which is never done here: save the Keras model itself.",
}


def _shown(value: JsonValue) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
