"""Checks of layer arguments by type: each gives a value back in its canonical form, or says what was expected.

Whatever passes is plain data: numbers, words from a short list, and lists of them.
"""

from collections.abc import Callable

from pydantic import JsonValue

_LARGEST = 1e30

Check = Callable[[JsonValue], JsonValue]
"""Gives an argument back in its canonical form; raises ValueError, saying what was expected."""


def integer(value: JsonValue) -> JsonValue:
    """An integer."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**24:
        raise ValueError("an integer below 2^24")
    return value


def positive(value: JsonValue) -> JsonValue:
    """A positive integer."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 2**24:
        raise ValueError("a positive integer below 2^24")
    return value


def number(value: JsonValue) -> JsonValue:
    """A finite number, as a float."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LARGEST:
        raise ValueError("a finite number")
    return float(value)


def flag(value: JsonValue) -> JsonValue:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("true or false")  # noqa: TRY004 - the caller words the refusal
    return value


def optional(check: Check) -> Check:
    """What a check takes, or None."""
    return lambda value: None if value is None else check(value)


def choice(*options: str) -> Check:
    """One of a few words."""

    def check(value: JsonValue) -> JsonValue:
        if value not in options:
            raise ValueError(f"one of {', '.join(options)}")
        return value

    return check


def list_of(check: Check, most: int = 8) -> Check:
    """A list whose items pass a check."""

    def checked(value: JsonValue) -> JsonValue:
        if not isinstance(value, list) or len(value) > most:
            raise ValueError(f"a list of at most {most}")
        return [check(item) for item in value]

    return checked


def either(*checks: Check) -> Check:
    """What the first check takes that takes it."""

    def checked(value: JsonValue) -> JsonValue:
        problems = []
        for check in checks:
            try:
                return check(value)
            except ValueError as error:
                problems.append(str(error))
        raise ValueError(" or ".join(problems))

    return checked


def axis(value: JsonValue) -> JsonValue:
    """Keras writes the axis of a built layer as a list of one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return integer(value)


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


def activation(value: JsonValue) -> JsonValue:
    """The name of an activation function."""
    if value is None:
        return "linear"
    if not isinstance(value, str) or value not in ACTIVATIONS:
        raise ValueError(f"the name of an activation ({', '.join(ACTIVATIONS)})")
    return _ALIASES.get(value, value)


AXES = either(integer, list_of(integer, 3))
PAIR = either(positive, list_of(positive, 2))
PADDING = choice("valid", "same")
CHANNELS_LAST = choice("channels_last")
MARGINS = either(integer, list_of(either(integer, list_of(integer, 2)), 2))
NUMBERS = either(number, list_of(number, 4096), list_of(list_of(number, 4096)))
