"""One process of a service on an address of its own, where it has the ports of its service to itself: as a pod has."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self, TextIO

from laptop.processes import ProcessGroup
from laptop.programs import Program

_READY_SECONDS = 120.0
_LOOK_SECONDS = 0.1

Ready = Callable[[str], Awaitable[bool]]
"""Whether a replica at an address is ready: what the readiness probe of its pod asks."""


@dataclass(frozen=True)
class Departure:
    """How a process ended."""

    replica: str
    code: int | None
    """None where it had to be killed."""
    seconds: float


class Replica:
    """A process that runs. Made by `start`."""

    def __init__(self, name: str, address: str, group: ProcessGroup) -> None:
        self.name = name
        self.address = address
        self._group = group

    @classmethod
    async def start(cls, program: Program, address: str, environment: Mapping[str, str], log: Path) -> Self:
        """Starts a process; it is not ready yet."""
        stream = log.open("a", buffering=1)
        group = await ProcessGroup.start(
            replace(program, name=log.stem), environment, lambda line: _noted(stream, line)
        )
        return cls(log.stem, address, group)

    async def become_ready(self, ready: Ready) -> None:
        """Waits until it is."""
        async with asyncio.timeout(_READY_SECONDS):
            while not await ready(self.address):  # noqa: ASYNC110 (it is another process that changes)
                await asyncio.sleep(_LOOK_SECONDS)

    async def leave(self, grace_seconds: float) -> Departure:
        """Tells it to stop, and waits; what is still there after the grace is killed."""
        begun = time.monotonic()
        os.kill(self._group.pid, signal.SIGTERM)
        waiting = asyncio.create_task(self._group.wait())
        ended, _ = await asyncio.wait({waiting}, timeout=grace_seconds)
        seconds = time.monotonic() - begun
        if not ended:
            self._group.kill()
            await waiting
        return Departure(self.name, waiting.result() if ended else None, seconds)

    async def end(self) -> None:
        """Kills it, and all that it started."""
        self._group.kill()
        await self._group.wait()


def _noted(stream: TextIO, line: str) -> None:
    stream.write(f"{line}\n")
