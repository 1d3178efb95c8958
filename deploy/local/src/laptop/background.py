"""The stack in the background: `python -m laptop start`, `stop` and `status`."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import psutil

from laptop.home import Home
from laptop.journal import OWN_NAME
from laptop.ports import require_free
from laptop.readiness.pages import http_ready
from laptop.record import Record, already_running, end_remains
from laptop.settings import read_settings

_LOOK_SECONDS = 0.1
_STOP_SECONDS = 90.0
"""Longer than all programs take together when each has to be killed."""
_CLAIM_SECONDS = 5.0


def start() -> int:
    """Starts the stack in the background; returns when it is ready.

    0 when everything is ready and the demo is loaded (or left out by `INNHUB_DEMO=0`), also where it ran already.
    1 when the stack could not start, and then nothing runs; 1 too when only the demo could not be loaded, and then the
    stack runs: a person can work with it, a script must not think that the demo is there.
    """
    settings = read_settings()
    home = Home(settings.home)
    home.prepare()
    if _is_running(home):
        return _follow(home, None)
    require_free(settings.port)
    with home.stack_log.open("wb") as log:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "laptop", "up"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, "INNHUB_HOME": str(home.folder), "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
    try:
        return _follow(home, supervisor)
    except KeyboardInterrupt:
        stop()
        raise


def stop() -> int:
    """Ends a stack, however it was started; 0 also when none runs. Nothing is left behind."""
    home = Home(read_settings().home)
    if not home.folder.exists():
        _say(f"no stack runs in {home.folder}")
        return 0
    ran = _end_supervisor(home)
    with _claimed(home):
        count = end_remains(home)
        home.record.unlink(missing_ok=True)
    if ran:
        _say("stopped")
    elif count:
        _say(f"ended {count} processes that a dead stack had left behind")
    else:
        _say(f"no stack runs in {home.folder}")
    return 0


def status() -> int:
    """Says what runs; 0 when all of it is ready, 1 otherwise."""
    home = Home(read_settings().home)
    record = Record.read(home.record)
    if record is None:
        _say(f"no stack runs in {home.folder}")
        return 1
    ready = record.ready and _answers(record)
    _say(f"{'ready' if ready else 'not ready'}: {record.url}")
    _say(f"demo: {record.demo or 'not loaded yet'}; logs: {home.logs}")
    for name, program in record.programs.items():
        _say(f"  {name:<12} {program.state:<10} {program.pid or ''}")
    return 0 if ready else 1


def _end_supervisor(home: Home) -> bool:
    """Ends the supervisor of a home, in the end by force; False if there was none."""
    record = Record.read(home.record)
    process = record.supervisor() if record else None
    if process is None:
        return False
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
    return True


def _claimed(home: Home) -> TextIO:
    """The claim on a home that its last supervisor has left, or is just leaving."""
    deadline = time.monotonic() + _CLAIM_SECONDS
    while (claim := home.lock()) is None:
        if time.monotonic() > deadline:
            raise already_running(home)
        time.sleep(_LOOK_SECONDS)
    return claim


def _follow(home: Home, supervisor: "subprocess.Popen[bytes] | None") -> int:
    """Shows how a stack comes up, until it has settled."""
    lines = _new_lines(home.stack_log)
    while True:
        record = Record.read(home.record)
        settled = record is not None and record.ready and record.demo
        ended = supervisor.poll() if supervisor is not None else None
        for line in next(lines) if supervisor is not None else ():
            _say(line)
        if settled and record is not None:
            return _settled(record)
        if ended is not None or (supervisor is None and not _is_running(home)):
            _say(f"the stack did not start; everything that it said is in {home.logs}")
            return 1
        time.sleep(_LOOK_SECONDS)


def _settled(record: Record) -> int:
    if not _answers(record):
        _say(f"a stack runs at {record.url}, but does not answer as ready; `python -m laptop stop` ends it")
        return 1
    _say(f"it runs at {record.url}")
    if record.demo == "failed":
        _say("but without the demo, so this command counts as failed; `make stop` ends the stack")
        return 1
    return 0


def _new_lines(log: Path) -> Iterator[list[str]]:
    """At each step what a log has got since the last one, as far as it is about the whole stack or the demo."""
    with log.open(errors="replace") as stream:
        while True:
            fresh = [line.rstrip("\n") for line in stream]
            yield [line for line in fresh if line.startswith((OWN_NAME, "demo"))]


def _is_running(home: Home) -> bool:
    claim = home.lock()
    if claim is not None:
        claim.close()
    return claim is None


def _answers(record: Record) -> bool:
    return asyncio.run(http_ready(record.port, "/readyz")())


def _say(message: str) -> None:
    sys.stdout.write(f"{message}\n")
    sys.stdout.flush()
