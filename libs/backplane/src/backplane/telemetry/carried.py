"""What child processes measure. They have no port for Prometheus: it is carried home with the result of a task."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVarTuple

Arguments = TypeVarTuple("Arguments")
Figure = tuple[Callable[..., None], tuple[Any, ...]]
_kept: list[Figure] | None = None
_child = ""


def keep_figures(child: str) -> None:
    """From now on figures are kept until they are taken: this process is a child of that name."""
    global _kept, _child
    _kept, _child = [], child


def child_name() -> str:
    """The name of the child process that we are in; empty in a service itself."""
    return _child


def taken_figures() -> list[Figure]:
    """The figures that were kept since the last time."""
    global _kept
    figures, _kept = _kept or [], []
    return figures


def note_figures(figures: Iterable[Figure]) -> None:
    """Takes up what a child process measured."""
    for note, arguments in figures:
        note(*arguments)


def carried_home(note: Callable[[*Arguments], None]) -> Callable[[*Arguments], None]:
    """A function that changes metrics; called in a child process, it is done in its parent when the task has ended."""

    @wraps(note)
    def noted(*args: *Arguments) -> None:
        if _kept is None:
            note(*args)
        else:
            _kept.append((noted, args))

    return noted
