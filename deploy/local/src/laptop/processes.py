"""A started program with everything that it starts itself: one process group, ended as one."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from laptop.programs import Program

_TETHER = Path(__file__).with_name("tether.py")
_DRAIN_SECONDS = 2.0
_LONGEST_LINE_BYTES = 256 * 1024


class ProcessGroup:
    """A program that runs. Made by `start`."""

    def __init__(self, process: asyncio.subprocess.Process, take: Callable[[str], None]) -> None:
        self._process = process
        self._reading = asyncio.create_task(self._read(take))
        self.pid = process.pid

    @classmethod
    async def start(cls, program: Program, environment: Mapping[str, str], take: Callable[[str], None]) -> Self:
        """Starts a program, tied to our own life.

        Args:
            program: what to run.
            environment: all of it.
            take: is given each line that the program writes.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-IS",
            str(_TETHER),
            str(os.getpid()),
            *program.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environment,
            cwd=program.folder,
            process_group=0,
        )
        return cls(process, take)

    async def wait(self) -> int:
        """Waits until the program has ended; whatever it left behind is killed. Returns its exit code."""
        code = await self._process.wait()
        self.kill()
        await asyncio.wait([self._reading], timeout=_DRAIN_SECONDS)
        self._reading.cancel()
        return code

    async def stop(self, grace_seconds: float) -> bool:
        """Asks the program to end, and kills it where it does not; False if it had to be killed."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), grace_seconds)
        except TimeoutError:
            self.kill()
            await self._process.wait()
            return False
        finally:
            self.kill()
        return True

    def kill(self) -> None:
        """Kills the program and everything that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    async def _read(self, take: Callable[[str], None]) -> None:
        stream = self._process.stdout
        assert stream is not None
        rest = b""
        while chunk := await stream.read(64 * 1024):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > _LONGEST_LINE_BYTES:
                lines, rest = [*lines, rest], b""
            for line in lines:
                take(line.decode(errors="replace"))
        if rest:
            take(rest.decode(errors="replace"))
