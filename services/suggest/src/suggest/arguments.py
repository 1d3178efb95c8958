"""Numbers and lists that callers send: checked once, where they enter."""

import base64
import math
import re
from collections.abc import Iterable, Sequence

from domain.errors import HubError, Reason

_MOST_MODELS = 16
_USUAL_ANSWERS = 2_400
"""In an answer that nobody said the size of: half a megabyte, and written in a moment."""
_MOST_ANSWERS = 400_000
"""In one response: about 50 MB, where a message may have 64."""


def within(name: str, value: int, lowest: int, highest: int) -> int:
    """The value itself.

    Raises:
        HubError: `ARGUMENT_INVALID` outside of the bounds.
    """
    if not lowest <= value <= highest:
        raise HubError(Reason.ARGUMENT_INVALID, f"{name} is {value}.", f"Give {lowest:,} to {highest:,}.")
    return value


def given(name: str, value: str) -> str:
    """The value itself.

    Raises:
        HubError: `ARGUMENT_INVALID` if it is empty.
    """
    if not value:
        raise HubError(Reason.ARGUMENT_INVALID, f"{name} is empty.", f"Name a {name}.")
    return value


def page_size(value: int) -> int:
    """How many samples a page has; 0 asks for the usual 100.

    Raises:
        HubError: `ARGUMENT_INVALID`.
    """
    return within("page_size", value or 100, 1, 1000)


def one_of(name: str, value: str, words: Sequence[str]) -> str:
    """The value itself, one of some words.

    Raises:
        HubError: `ARGUMENT_INVALID`.
    """
    if value not in words:
        raise HubError(Reason.ARGUMENT_INVALID, f"{name} is {value!r}.", f"Give one of {', '.join(words)}.")
    return value


def between(name: str, value: float, lowest: float, highest: float) -> float:
    """The value itself, in [lowest, highest].

    Raises:
        HubError: `ARGUMENT_INVALID`.
    """
    if math.isnan(value) or not lowest <= value <= highest:
        raise HubError(Reason.ARGUMENT_INVALID, f"{name} is {value}.", f"Give a number from {lowest} to {highest}.")
    return value


def fraction(name: str, value: float) -> float:
    """The value itself, in [0, 1].

    Raises:
        HubError: `ARGUMENT_INVALID`.
    """
    return between(name, value, 0, 1)


def share(name: str, value: float) -> float:
    """The value itself, in (0, 1].

    Raises:
        HubError: `ARGUMENT_INVALID`.
    """
    if fraction(name, value) == 0:
        raise HubError(Reason.ARGUMENT_INVALID, f"{name} is 0.", "Give a number above 0 and up to 1.")
    return value


def digest(value: str) -> str:
    """The value itself.

    Raises:
        HubError: `ARGUMENT_INVALID` if it is no SHA-256 in hexadecimal digits.
    """
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        raise HubError(
            Reason.ARGUMENT_INVALID, f"The digest {value!r} is none.", "Give the one that a run or a plan says."
        )
    return value


def several_models(ids: Iterable[str]) -> tuple[str, ...]:
    """The ids of two models or more, each once.

    Raises:
        HubError: `ARGUMENT_INVALID`.
    """
    named = models(ids)
    within("The number of models", len(named), 2, _MOST_MODELS)
    return named


def models(ids: Iterable[str]) -> tuple[str, ...]:
    """The ids of models, each once.

    Raises:
        HubError: `ARGUMENT_INVALID` for none, too many, or one twice.
    """
    named = tuple(ids)
    within("The number of models", len(named), 1, _MOST_MODELS)
    for model in named:
        if named.count(model) > 1:
            raise HubError(Reason.ARGUMENT_INVALID, f"The model {model!r} is named twice.", "Name each model once.")
    return named


def max_points(value: int, model_count: int) -> int:
    """How many points a map may have; 0 asks for fewer the more models there are.

    Raises:
        HubError: `ARGUMENT_INVALID`, also where so many points with the answers of all models fill no message.
    """
    return within("max_points", value or _USUAL_ANSWERS // model_count, 1, min(20_000, _MOST_ANSWERS // model_count))


def page_token(position: int | None) -> str:
    """Where the next page begins, in a form that nobody is tempted to count with; empty after the last page."""
    return "" if position is None else base64.urlsafe_b64encode(str(position).encode()).decode()


def page_position(token: str) -> int:
    """Where a page begins: 0 for an empty token.

    Raises:
        HubError: `ARGUMENT_INVALID` if no page gave this token.
    """
    if not token:
        return 0
    try:
        position = int(base64.b64decode(token, altchars=b"-_", validate=True))
        return within("page_token", position, 0, 2**63 - 1)
    except (ValueError, HubError) as error:
        raise HubError(
            Reason.ARGUMENT_INVALID, f"{token!r} is no page token.", "Give next_page_token of the page before, or none."
        ) from error
