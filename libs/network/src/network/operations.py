"""Functions of TensorFlow and Keras that were called on layers (`x * 2 + 1`, `keras.ops.relu(x)`), as layers.

Keras 3 writes them as operations with a class, Keras 2 as `TFOpLambda` layers with the name of a function.
"""

from collections.abc import Callable, Mapping
from typing import Any

from domain.errors import HubError, Reason
from network.calls import Call, Operand, Source
from network.layer_arguments import shown
from network.layers import LAYER_KINDS
from network.pieces import LayerCall, Piece, pieces_of, rescaling

_KERAS_3_MODULES = ("keras.src.ops.", "keras.ops", "keras.src.activations")
_KERAS_2_WORDS = {
    "__operators__.add": "Add",
    "math.add": "Add",
    "math.subtract": "Subtract",
    "math.multiply": "Multiply",
    "math.truediv": "TrueDivide",
    "math.divide": "TrueDivide",
    "math.negative": "Negative",
    "math.reduce_mean": "Mean",
    "math.reduce_max": "Max",
    "concat": "Concatenate",
    "reshape": "Reshape",
    "nn.relu": "Relu",
    "nn.relu6": "Relu6",
    "nn.silu": "Silu",
    "nn.swish": "Silu",
    "nn.gelu": "Gelu",
    "nn.elu": "Elu",
    "nn.softmax": "Softmax",
    "nn.softplus": "Softplus",
    "math.sigmoid": "Sigmoid",
    "math.tanh": "Tanh",
}
_ACTIVATIONS = {
    "Relu": "relu",
    "Relu6": "relu6",
    "Silu": "silu",
    "Gelu": "gelu",
    "Elu": "elu",
    "Selu": "selu",
    "Softmax": "softmax",
    "Softplus": "softplus",
    "Sigmoid": "sigmoid",
    "HardSigmoid": "hard_sigmoid",
    "HardSilu": "hard_silu",
    "Tanh": "tanh",
}
_DEFAULTS: dict[str, list[Any]] = {"axis": [-1, None], "approximate": [False], "alpha": [1.0, 1]}
"""Settings of activations that may stand there with these values, which are those of the layer."""
_MERGING = {"Add": "Add", "Subtract": "Subtract", "Multiply": "Multiply", "Maximum": "Maximum", "Minimum": "Minimum"}
_POOLING = {"Mean": "GlobalAveragePooling2D", "Max": "GlobalMaxPooling2D"}


def word_of(layer: Mapping[str, Any], call: Call) -> str | None:
    """The operation that a layer of a file stands for, or None if it is a layer proper.

    Raises:
        HubError: `MODEL_FORBIDDEN` for an operation that is not known here.
    """
    kind, module = str(layer["class_name"]), layer.get("module")
    if kind == "TFOpLambda":
        function = layer["config"].get("function")
        word = _KERAS_2_WORDS.get(function) if isinstance(function, str) else None
        return word or _refuse(f"the TensorFlow function {shown(function)}", layer)
    if module is None:
        # An .h5 of Keras 3 does not tell operations from layers of the same name; a layer takes no plain values.
        return kind if kind in _WORDS and (kind not in LAYER_KINDS or call.values) else None
    if str(module).startswith(_KERAS_3_MODULES):
        return kind if kind in _WORDS else _refuse(f"the operation {shown(kind)}", layer)
    return None


def operation_pieces(
    word: str, name: str, config: Mapping[str, Any], call: Call, node_of: Callable[[Source], str]
) -> list[Piece]:
    """The nodes that compute an operation.

    Args:
        word: the operation.
        name: what to call the result.
        config: settings that stand in the layer itself, as Keras 3 has it.
        call: its operands; settings may stand among the keywords, as Keras 2 has it.
        node_of: the node that gives the output of a layer.
    """
    settings = {key: value for key, value in {**config, **call.keywords}.items() if key not in {"name", "dtype"}}
    second = [settings.pop(key) for key in ("x2", "y") if key in settings]
    operands: list[Operand] = [*call.operands, *second]
    sources = tuple(node_of(operand) for operand in operands if isinstance(operand, Source))
    if word in _ACTIVATIONS:
        _refuse_settings(name, word, {key: value for key, value in settings.items() if not _usual(key, value)})
        return pieces_of(LayerCall(name, "Activation", {"activation": _ACTIVATIONS[word]}, sources))
    if word in _POOLING:
        axis, keepdims = settings.pop("axis", None), settings.pop("keepdims", None)
        _refuse_settings(name, word, settings if axis in ([1, 2], [-3, -2]) else {"axis": axis, **settings})
        return pieces_of(LayerCall(name, _POOLING[word], {"keepdims": bool(keepdims)}, sources))
    if word == "Concatenate":
        return pieces_of(LayerCall(name, word, {"axis": settings.get("axis", -1)}, sources))
    if word == "Reshape":
        shape = settings.get("newshape", settings.get("shape", next((o for o in operands if isinstance(o, list)), [])))
        return pieces_of(LayerCall(name, word, {"target_shape": list(shape)[1:]}, sources))
    if word in _MERGING and len(sources) == len(operands):
        return pieces_of(LayerCall(name, _MERGING[word], {}, sources))
    return _with_number(word, name, operands, sources)


def _with_number(word: str, name: str, operands: list[Operand], sources: tuple[str, ...]) -> list[Piece]:
    numbers = [operand for operand in operands if isinstance(operand, int | float) and not isinstance(operand, bool)]
    first = bool(operands) and isinstance(operands[0], Source)
    line = _ARITHMETIC.get(word)
    if line is None or len(sources) != 1 or len(numbers) + 1 != len(operands) or (line is _divided and not first):
        raise HubError(
            Reason.MODEL_UNSUPPORTED,
            f"The operation {name!r} ({word}) works on {shown([type(operand).__name__ for operand in operands])}.",
            "Use keras.layers in place of operators: Add, Multiply, Rescaling.",
        )
    try:
        scale, offset = line(numbers[0] if numbers else 0.0, first)
    except ZeroDivisionError as error:
        raise HubError(Reason.MODEL_FORBIDDEN, f"The operation {name!r} divides by zero.", "Leave it out.") from error
    return [rescaling(name, sources[0], float(scale), float(offset))]


def _divided(number: float, _: bool) -> tuple[float, float]:
    return 1.0 / number, 0.0


_ARITHMETIC: dict[str, Callable[[float, bool], tuple[float, float]]] = {
    "Add": lambda number, _: (1.0, number),
    "Multiply": lambda number, _: (number, 0.0),
    "Subtract": lambda number, first: (1.0, -number) if first else (-1.0, number),
    "TrueDivide": _divided,
    "Divide": _divided,
    "Negative": lambda _, __: (-1.0, 0.0),
}
"""From a number, and whether the layer stands before it, to scale and offset of what is done to the layer."""


_WORDS = {*_ACTIVATIONS, *_MERGING, *_POOLING, *_ARITHMETIC, "Concatenate", "Reshape"}


def _usual(key: str, value: Any) -> bool:
    return value is None or value in _DEFAULTS.get(key, [])


def _refuse_settings(name: str, word: str, settings: Mapping[str, Any]) -> None:
    if settings:
        raise HubError(
            Reason.MODEL_UNSUPPORTED,
            f"The operation {name!r} ({word}) has {shown(dict(settings))}.",
            "Use the layer of keras.layers that does this.",
        )


def _refuse(what: str, layer: Mapping[str, Any]) -> str:
    raise HubError(
        Reason.MODEL_FORBIDDEN,
        f"{shown(layer.get('name') or layer['config'].get('name'))} is {what}, which is not on the list of those that "
        "may be imported.",
        "Use the layer of keras.layers that does the same.",
    )
