"""Quantities in words, for people."""

from collections.abc import Iterable

_MANY = ((1e9, "billion"), (1e6, "million"))
_BYTES = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def many(count: float) -> str:
    """A number with three significant digits, from a million on in words."""
    return next((f"{count / unit:.3g} {word}" for unit, word in _MANY if count >= unit), f"{count:,.0f}")


def memory(count: float) -> str:
    """A number of bytes."""
    return next((f"{count / unit:.3g} {word}" for unit, word in _BYTES if count >= unit), f"{count:,.0f} bytes")


def shape(sides: Iterable[int]) -> str:
    """A shape."""
    return " × ".join(map(str, sides)) or "one number"


def value(number: float) -> str:
    """A real number with four significant digits."""
    return f"{number:.4g}"
