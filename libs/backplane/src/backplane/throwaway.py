"""A process that does one thing with a stranger's file and is gone: no credentials, and bounds on all it can use."""

import asyncio
import os
import resource
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil
from pydantic import BaseModel

from domain.errors import HubError, Reason

_KEPT_ENVIRONMENT = ("PATH", "LANG", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Bounds:
    """What the process may use: seconds on the clock and of processor, bytes of memory, bytes a file it writes."""

    seconds: float
    memory_bytes: int
    file_bytes: int


async def run_throwaway(module: str, folder: Path, bounds: Bounds) -> str:
    """Runs `python -m module folder` to its end; cancelling kills it.

    Returns:
        How it ended, in words for people: the exit code and the last line of what it complained about.

    Raises:
        TimeoutError: it took too long, and was killed.
    """
    environment = {key: os.environ[key] for key in _KEPT_ENVIRONMENT if key in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        str(folder),
        # No GPU: it belongs to those who work, and a stranger's file is read on the processor.
        env={**environment, "HOME": str(folder), "CUDA_VISIBLE_DEVICES": "-1"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    _bind(process.pid, bounds)
    try:
        async with asyncio.timeout(bounds.seconds):
            _, complaints = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    last = complaints.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
    return f"exit code {process.returncode}: {last[0][:200]}"


async def report_of(module: str, folder: Path, bounds: Bounds, report_file: str, broken: Reason) -> bytes:
    """Runs a throw-away process that leaves a report in its folder, whatever it found.

    Args:
        module: the process.
        folder: its folder.
        bounds: what it may use.
        report_file: the name of its report.
        broken: the reason to give where it broke off without one.

    Returns:
        The report.

    Raises:
        HubError: `TOO_LARGE` if it took too long, `broken` if it broke off.
    """
    try:
        ending = await run_throwaway(module, folder, bounds)
    except TimeoutError as error:
        raise HubError(
            Reason.TOO_LARGE,
            f"The import took longer than {bounds.seconds:g} s.",
            "Import something smaller, or ask an operator for more time.",
        ) from error
    report = folder / report_file
    if not report.exists():
        raise HubError(
            broken,
            f"The import of the file broke off ({ending}).",
            "Check that it opens on your own computer; it may also need more memory than an import may have.",
        )
    return report.read_bytes()


def _bind(pid: int, bounds: Bounds) -> None:
    limits = {
        resource.RLIMIT_DATA: bounds.memory_bytes,
        resource.RLIMIT_CPU: max(1, int(bounds.seconds)),
        resource.RLIMIT_FSIZE: bounds.file_bytes,
        resource.RLIMIT_CORE: 0,
    }
    with suppress(psutil.NoSuchProcess, ProcessLookupError):
        for kind, value in limits.items():
            psutil.Process(pid).rlimit(kind, (value, value))


class Refused(BaseModel):
    """What such a process says when nothing came of the file: the error that it raised."""

    outcome: Literal["refused"] = "refused"
    reason: Reason
    message: str
    advice: str

    @classmethod
    def of(cls, error: HubError) -> "Refused":
        """The refusal that an error stands for."""
        return cls(reason=error.reason, message=error.message, advice=error.advice)

    def error(self) -> HubError:
        """The error that the refusal stands for."""
        return HubError(self.reason, self.message, self.advice)
