"""What the supervisor must know of a program to keep it running."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

Check = Callable[[], Coroutine[Any, Any, bool]]
"""Whether a program is ready now. It may take its time, and may raise nothing but what a cancellation raises."""


@dataclass(frozen=True)
class Program:
    """A program of the stack."""

    name: str
    command: tuple[str, ...]
    """The first part is an absolute path."""
    ready: Check
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to what the supervisor itself was given."""
    needs: tuple[str, ...] = ()
    """Programs that must be ready before this one is started."""
    folder: Path | None = None
    """Where it runs; None for the working directory of the supervisor."""
    only_trouble: bool = False
    """Whether the terminal shows only its warnings and errors; its log file has everything."""


class State(StrEnum):
    """Where a program is in its life."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Patience:
    """How long, and how often, the supervisor waits."""

    ready_seconds: float = 180
    """How long a program may take from its start to its first readiness."""
    attempts: int = 3
    """How often a program may die before it was ever ready."""
    shortest_pause_seconds: float = 0.5
    longest_pause_seconds: float = 30
    """A program that died is started again after a pause that doubles from the shortest to the longest."""
    steady_seconds: float = 60
    """A program that ran this long begins again with the shortest pause."""
    grace_seconds: float = 10
    """How long a program may take to end before it is killed."""

    def pause(self, deaths: int) -> float:
        """The pause after this many deaths in a row."""
        return float(min(self.shortest_pause_seconds * 2 ** min(deaths - 1, 20), self.longest_pause_seconds))
