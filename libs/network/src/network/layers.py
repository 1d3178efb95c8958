"""The layers that a network may have: an allow-list by kind and, for each argument, by type.

An argument that only matters in training is dropped; any other that is not listed is refused unless it is None.
A new kind of layer is one new row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from domain.errors import HubError, Reason

Check = Callable[[JsonValue], JsonValue]
"""Gives an argument back in its canonical form; raises ValueError, saying what was expected."""


def _integer(value: JsonValue) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**24:
        raise ValueError("an integer below 2^24")
    return value


def _positive(value: JsonValue) -> JsonValue:
    if _integer(value) is None or not isinstance(value, int) or value < 1:
        raise ValueError("a positive integer")
    return value


def _number(value: JsonValue) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number")  # noqa: TRY004 - the caller words the refusal
    return float(value)


def _flag(value: JsonValue) -> JsonValue:
    if not isinstance(value, bool):
        raise ValueError("true or false")  # noqa: TRY004
    return value


def _optional(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def _choice(*options: str) -> Check:
    def check(value: JsonValue) -> JsonValue:
        if value not in options:
            raise ValueError(f"one of {', '.join(options)}")
        return value

    return check


def _list_of(check: Check, most: int = 8) -> Check:
    def checked(value: JsonValue) -> JsonValue:
        if not isinstance(value, list) or len(value) > most:
            raise ValueError(f"a list of at most {most}")
        return [check(item) for item in value]

    return checked


def _either(*checks: Check) -> Check:
    def checked(value: JsonValue) -> JsonValue:
        problems = []
        for check in checks:
            try:
                return check(value)
            except ValueError as error:
                problems.append(str(error))
        raise ValueError(" or ".join(problems))

    return checked


def _axis(value: JsonValue) -> JsonValue:
    """Keras writes the axis of a built layer as a list of one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return _integer(value)


ACTIVATIONS = [
    "linear",
    "relu",
    "relu6",
    "leaky_relu",
    "elu",
    "selu",
    "celu",
    "gelu",
    "silu",
    "swish",
    "hard_silu",
    "hard_swish",
    "sigmoid",
    "hard_sigmoid",
    "tanh",
    "softplus",
    "softsign",
    "softmax",
    "exponential",
    "mish",
]
_ALIASES = {"swish": "silu", "hard_swish": "hard_silu"}


def _activation(value: JsonValue) -> JsonValue:
    if value is None:
        return "linear"
    if not isinstance(value, str) or value not in ACTIVATIONS:
        raise ValueError(f"the name of an activation ({', '.join(ACTIVATIONS)})")
    return _ALIASES.get(value, value)


_pair = _either(_positive, _list_of(_positive, 2))
_padding = _choice("valid", "same")
_channels_last = _choice("channels_last")
_margins = _either(_integer, _list_of(_either(_integer, _list_of(_integer, 2)), 2))
_numbers = _either(_number, _list_of(_number, 4096), _list_of(_list_of(_number, 4096)))


@dataclass(frozen=True)
class LayerKind:
    """A kind of layer: its arguments with their checks, and what it is at inference."""

    arguments: Mapping[str, Check]
    initializers: tuple[str, ...] = ()
    """Arguments that name an initializer: built with zeros, since the weights come anyway."""
    identity: bool = False
    """Whether it does nothing at inference, and is left out."""


_CONVOLUTION: dict[str, Check] = {
    "kernel_size": _pair,
    "strides": _pair,
    "padding": _padding,
    "data_format": _channels_last,
    "dilation_rate": _pair,
    "activation": _activation,
    "use_bias": _flag,
}
_POOLING: dict[str, Check] = {
    "pool_size": _pair,
    "strides": _optional(_pair),
    "padding": _padding,
    "data_format": _channels_last,
}
_GLOBAL_POOLING: dict[str, Check] = {"data_format": _channels_last, "keepdims": _flag}
_NOTHING: dict[str, Check] = {}

LAYER_KINDS: dict[str, LayerKind] = {
    "Dense": LayerKind(
        {"units": _positive, "activation": _activation, "use_bias": _flag}, ("kernel_initializer", "bias_initializer")
    ),
    "Conv2D": LayerKind(
        {**_CONVOLUTION, "filters": _positive, "groups": _positive}, ("kernel_initializer", "bias_initializer")
    ),
    "DepthwiseConv2D": LayerKind(
        {**_CONVOLUTION, "depth_multiplier": _positive}, ("depthwise_initializer", "bias_initializer")
    ),
    "SeparableConv2D": LayerKind(
        {**_CONVOLUTION, "filters": _positive, "depth_multiplier": _positive},
        ("depthwise_initializer", "pointwise_initializer", "bias_initializer"),
    ),
    "BatchNormalization": LayerKind({"axis": _axis, "epsilon": _number, "center": _flag, "scale": _flag}),
    "Activation": LayerKind({"activation": _activation}),
    "ReLU": LayerKind({"max_value": _optional(_number), "negative_slope": _number, "threshold": _number}),
    "LeakyReLU": LayerKind({"negative_slope": _number}),
    "ELU": LayerKind({"alpha": _number}),
    "PReLU": LayerKind({"shared_axes": _optional(_list_of(_positive))}, ("alpha_initializer",)),
    "Softmax": LayerKind({"axis": _axis}),
    "MaxPooling2D": LayerKind(_POOLING),
    "AveragePooling2D": LayerKind(_POOLING),
    "GlobalAveragePooling2D": LayerKind(_GLOBAL_POOLING),
    "GlobalMaxPooling2D": LayerKind(_GLOBAL_POOLING),
    "Add": LayerKind(_NOTHING),
    "Multiply": LayerKind(_NOTHING),
    "Concatenate": LayerKind({"axis": _axis}),
    "ZeroPadding2D": LayerKind({"padding": _margins, "data_format": _channels_last}),
    "Cropping2D": LayerKind({"cropping": _margins, "data_format": _channels_last}),
    "UpSampling2D": LayerKind(
        {"size": _pair, "data_format": _channels_last, "interpolation": _choice("nearest", "bilinear")}
    ),
    "Flatten": LayerKind({"data_format": _channels_last}),
    "Reshape": LayerKind({"target_shape": _list_of(_integer)}),
    "Rescaling": LayerKind({"scale": _numbers, "offset": _numbers}),
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
