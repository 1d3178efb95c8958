"""Waiting for an import to end."""

import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from innhub.errors import HubError


class Importable(Protocol):
    """What comes into being by an import."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def state(self) -> str: ...  # noqa: D102
    @property
    def failures(self) -> tuple[dict[str, str], ...]: ...  # noqa: D102


I = TypeVar("I", bound=Importable)  # noqa: E741


def until_ready(look: Callable[[], I], timeout_seconds: float) -> I:
    """Looks again and again until an import has ended.

    Raises:
        HubError: it was rejected (with the hub's reason), or it took too long.
    """
    deadline, pause = time.monotonic() + timeout_seconds, 0.05
    while True:
        found = look()
        if found.state == "ready":
            return found
        if found.state == "rejected":
            first = found.failures[0] if found.failures else {"reason": "INTERNAL", "detail": "no reason was given"}
            raise HubError(first["reason"], f"{found.name}: {first['detail']}", first.get("advice", ""), 422)
        if time.monotonic() > deadline:
            raise HubError("TIMED_OUT", f"{found.name} is still {found.state} after {timeout_seconds:g} s.")
        time.sleep(pause)
        pause = min(pause * 1.5, 1.0)
