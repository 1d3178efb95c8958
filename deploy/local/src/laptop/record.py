"""What a running stack leaves for other commands to read, and how the remains of a dead one are found."""

import os
import time
from pathlib import Path

import psutil
from pydantic import BaseModel, ValidationError

from laptop.home import Home, write_private
from laptop.problems import StackError
from laptop.programs import State

MARK = "INNHUB_STACK"
"""Every process of a stack, and whatever it starts, carries the path of the home under this name in its environment.

That finds grandchildren too, which a list of process ids does not know, and cannot mistake a stranger that was given
an id anew.
"""
_END_SECONDS = 10.0


class ProgramRecord(BaseModel):
    """A program of a running stack."""

    state: State
    pid: int


class Record(BaseModel):
    """A running stack."""

    pid: int
    """Of the supervisor."""
    created: float
    """When the supervisor began: a process with its id that began at another time is a stranger."""
    port: int
    url: str
    ready: bool = False
    demo: str = ""
    """What became of the demo: empty as long as that is open, then `loaded`, `left out` or `failed`."""
    programs: dict[str, ProgramRecord] = {}

    @classmethod
    def of_this_process(cls, port: int, url: str) -> "Record":
        """The record that a supervisor begins with."""
        return cls(pid=os.getpid(), created=psutil.Process().create_time(), port=port, url=url)

    @classmethod
    def read(cls, path: Path) -> "Record | None":
        """The record of a stack whose supervisor lives; None if there is none."""
        try:
            record = cls.model_validate_json(path.read_text())
        except (OSError, ValidationError):
            return None
        return record if record.supervisor() is not None else None

    def write(self, path: Path) -> None:
        """Replaces what was there. It carries the token, so only the owner can read it."""
        write_private(path, self.model_dump_json(indent=2) + "\n")

    def supervisor(self) -> psutil.Process | None:
        """The supervisor, if it lives."""
        try:
            process = psutil.Process(self.pid)
            alive = abs(process.create_time() - self.created) < 1 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return None
        return process if alive else None


def already_running(home: Home) -> StackError:
    """That this home has its stack, and where."""
    record = Record.read(home.record)
    where = f" at {record.url}" if record else ""
    return StackError(
        f"A stack runs in {home.folder} already{where}.",
        "End it with `python -m laptop stop`, or give the other one an INNHUB_HOME and an INNHUB_PORT of its own.",
    )


def remains(home: Home) -> list[psutil.Process]:
    """The processes of this home's stack, with everything that they started."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARK) == str(home.folder):
                found.append(process)
        except (psutil.Error, OSError):
            continue  # it is another person's, or ended just now
    return found


def end_remains(home: Home) -> int:
    """Kills what a supervisor that died left behind; only for who holds the lock of the home. Returns how many."""
    count = 0
    deadline = time.monotonic() + _END_SECONDS
    # Again, since a process may start another one while we look.
    while (found := remains(home)) and time.monotonic() < deadline:
        count += len(found)
        for process in found:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(found, timeout=1)
    return count
