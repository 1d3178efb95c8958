"""A process that does one thing with a stranger's file and is gone: no credentials, no network, bounds on all else."""

import asyncio
import json
import os
import signal
import stat
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Literal

from pydantic import BaseModel

from backplane import disk
from backplane.telemetry import get_logger
from domain.errors import HubError, Reason

_KEPT_ENVIRONMENT = ("PATH", "LANG", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV")
_LONGEST_COMPLAINT = 4096

_log = get_logger(__name__)


@dataclass(frozen=True)
class Bounds:
    """What the process may use: seconds on the clock and of processor, bytes of memory, bytes a file it writes.

    The network is for an import that must download; it is taken away where the system allows that.
    """

    seconds: float
    memory_bytes: int
    file_bytes: int
    network: bool = False


async def run_throwaway(module: str, folder: Path, bounds: Bounds) -> str:
    """Runs `python -m module folder` to its end; cancelling kills it, and all that it started.

    Returns:
        How it ended, in words for people: the exit code and the last line of what it complained about.

    Raises:
        TimeoutError: it took too long, and was killed.
    """
    environment = {key: os.environ[key] for key in _KEPT_ENVIRONMENT if key in os.environ}
    # A file, since a pipe would make us wait for whoever holds its other end.
    with TemporaryFile(dir=folder) as complaints:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "backplane.confinement",
            json.dumps(asdict(bounds)),
            module,
            str(folder),
            # No GPU: it belongs to those who work, and a stranger's file is read on the processor.
            env={**environment, "HOME": str(folder), "TMPDIR": str(folder), "CUDA_VISIBLE_DEVICES": "-1"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=complaints,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(bounds.seconds):
                await process.wait()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        refusal, last_words = _first_and_last_line(complaints)
    if refusal:
        _log.warning("throw-away process is not isolated", module=module, refusal=refusal)
    return f"exit code {process.returncode}: {last_words or 'no message'}"


def _first_and_last_line(complaints: IO[bytes]) -> tuple[str, str]:
    """The beginning of both, however much there is."""
    complaints.seek(0)
    first = complaints.readline(_LONGEST_COMPLAINT)
    complaints.seek(max(len(first), complaints.seek(0, os.SEEK_END) - _LONGEST_COMPLAINT))
    lines = complaints.read(_LONGEST_COMPLAINT).decode(errors="replace").strip().splitlines()
    return first.decode(errors="replace").strip(), lines[-1][:200] if lines else ""


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
        HubError: `TOO_LARGE` if it took too long, `SERVICE_UNAVAILABLE` if the disk was full, `broken` if it broke off.
    """
    try:
        ending = await run_throwaway(module, folder, bounds)
    except TimeoutError as error:
        raise HubError(
            Reason.TOO_LARGE,
            f"The import took longer than {bounds.seconds:g} s.",
            "Import something smaller, or ask an operator for more time.",
        ) from error
    _require_plain_files(folder, broken)
    report = folder / report_file
    whole = report.exists() and ending.startswith("exit code 0:")
    if not whole and disk.is_full(folder):
        raise disk.disk_full()
    if not report.exists():
        raise HubError(
            broken,
            f"The import of the file broke off ({ending}).",
            "Check that it opens on your own computer; it may also need more memory than an import may have.",
        )
    return report.read_bytes()


def _require_plain_files(folder: Path, broken: Reason) -> None:
    """Whoever followed a link from here could read, and store, what the process itself could not."""
    for path in folder.rglob("*"):
        # What was finished early may be taken away at this moment.
        with suppress(FileNotFoundError):
            kind = path.lstat().st_mode
            if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
                raise HubError(
                    broken,
                    f"The import of the file left {path.name!r:.80}, which is no plain file.",
                    "Such a file is never taken: save the model or the data set again.",
                )


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
