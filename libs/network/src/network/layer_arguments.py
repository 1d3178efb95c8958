"""The arguments of a layer as a file has them, checked one by one: plain values pass, everything else is refused."""

from collections.abc import Mapping

from pydantic import JsonValue

from domain.errors import HubError, Reason
from network.layers import LAYER_KINDS

_TRAINING_ONLY = frozenset(
    [
        "name",
        "trainable",
        "activity_regularizer",
        "batch_input_shape",
        "momentum",
        "synchronized",
        "fused",
        "renorm",
        "renorm_clipping",
        "renorm_momentum",
        "virtual_batch_size",
        "lora_rank",
        "lora_alpha",
        "quantization_config",
        "seed",
        "noise_shape",
        "supports_masking",
    ]
)
_TRAINING_ONLY_ENDINGS = ("_initializer", "_regularizer", "_constraint")
_MEANS_NOTHING: dict[str, JsonValue] = {"rms_scaling": False, "groups": 1}
"""Arguments that are taken with this value only, with which they change nothing."""
_KERAS = {None, "keras"}
_PRECISIONS = {"float16", "bfloat16", "float32", "float64", "mixed_float16", "mixed_bfloat16"}


def checked_arguments(kind: str, name: str, config: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The arguments of a layer in canonical form.

    An argument that only matters in training is dropped; any other that is not listed is refused unless it is None.

    Raises:
        HubError: `MODEL_FORBIDDEN` for a kind that is not on the list or an argument that is no plain value,
            naming the layer.
    """
    known = LAYER_KINDS.get(kind)
    if known is None:
        raise HubError(
            Reason.MODEL_FORBIDDEN,
            f"The layer {name!r} is of the kind {shown(kind)}, which is not on the list of layers that may be "
            "imported.",
            _ADVICE.get(kind, "Replace it by standard Keras layers and save the model again."),
        )
    arguments: dict[str, JsonValue] = {}
    for argument, value in config.items():
        check = known.arguments.get(argument)
        if argument == "dtype":
            _refuse_unknown_precision(kind, name, value)
        elif check is None:
            if not _changes_nothing(argument, value):
                raise HubError(
                    Reason.MODEL_FORBIDDEN,
                    f"The layer {name!r} ({kind}) has the argument {shown(argument)}, which is not known here.",
                    "Save the model again with a current version of Keras, or leave the argument out.",
                )
        else:
            try:
                arguments[argument] = check(value)
            except ValueError as error:
                raise HubError(
                    Reason.MODEL_FORBIDDEN,
                    f"The layer {name!r} ({kind}) has {argument} = {shown(value)}; expected is {error}.",
                    "Save the model again with plain arguments.",
                ) from error
    return arguments


def shown(value: JsonValue) -> str:
    """A value of a stranger's file, short enough for a message."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _changes_nothing(argument: str, value: JsonValue) -> bool:
    if value is None or argument in _TRAINING_ONLY or argument.endswith(_TRAINING_ONLY_ENDINGS):
        return True
    return argument in _MEANS_NOTHING and value == _MEANS_NOTHING[argument]


def _refuse_unknown_precision(kind: str, name: str, value: JsonValue) -> None:
    precision = value
    if isinstance(value, dict) and value.get("class_name") == "DTypePolicy" and value.get("module") in _KERAS:
        config = value.get("config")
        precision = config.get("name") if isinstance(config, dict) else config
    if precision is not None and (not isinstance(precision, str) or precision not in _PRECISIONS):
        raise HubError(
            Reason.MODEL_FORBIDDEN,
            f"The layer {name!r} ({kind}) has the number format {shown(value)}.",
            f"Save it with one of {', '.join(sorted(_PRECISIONS))}.",
        )


_ADVICE = {
    "Lambda": "A Lambda layer carries code, which is never run here: replace it by standard layers such as Rescaling.",
    "TFSMLayer": "A TFSMLayer runs a saved TensorFlow program, which is never done here: save the Keras model itself.",
    "TFOpLambda": "Replace the TensorFlow function by the Keras layer that does the same.",
}
