"""`python -m laptop` as a person calls it, with the real NATS and S3 server and small programs for the services."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from conftest import Place, public_port

from laptop.home import Home
from laptop.ports import HOST
from laptop.record import Record, remains

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def port() -> int:
    return public_port(Place.STAND_INS)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "a home, wîth signs")


@pytest.fixture
def laptop(home: Home, port: int, stand_ins: Path) -> Iterator[Command]:
    def call(command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        known = {**os.environ, "PYTHONPATH": str(stand_ins), "INNHUB_HOME": str(home.folder), "INNHUB_PORT": str(port)}
        return subprocess.run(
            [sys.executable, "-m", "laptop", command],
            env={**known, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    yield call
    call("stop")


def test_a_whole_life(
    laptop: Command, home: Home, port: int, until_gone: Callable[[list[psutil.Process]], None]
) -> None:
    started = laptop("start")
    assert started.returncode == 0, started.stdout
    assert f"http://{HOST}:{port}/?token={home.secret('token')}" in started.stdout
    assert "loading into" in started.stdout
    assert laptop("status").returncode == 0

    again = laptop("start")
    assert again.returncode == 0
    assert f":{port}/?token=" in again.stdout

    refused = laptop("up")
    assert refused.returncode == 1
    assert f"already at http://{HOST}:{port}" in refused.stdout

    # The supervisor dies without a word: its programs die with it, and what they had started goes at the next stop.
    record = Record.read(home.record)
    assert record is not None
    programs = [psutil.Process(program.pid) for program in record.programs.values()]
    os.kill(record.pid, signal.SIGKILL)
    until_gone(programs)
    assert laptop("status").returncode == 1
    assert laptop("stop").returncode == 0
    assert remains(home) == []
    assert laptop("stop").returncode == 0


def test_a_demo_that_fails_is_told_and_the_stack_stays(laptop: Command, home: Home) -> None:
    started = laptop("start", STAND_IN_DEMO_CODE="1")
    assert started.returncode == 1
    assert "The demo could not be loaded" in started.stdout
    assert laptop("status").returncode == 0
    stopped = laptop("stop")
    assert (stopped.returncode, stopped.stdout) == (0, "stopped\n")
    assert remains(home) == []
    assert laptop("status").returncode == 1


def test_a_port_in_use_is_named(laptop: Command, port: int) -> None:
    with socket.create_server((HOST, port + 1)):
        refused = laptop("start")
    assert refused.returncode == 1
    assert f"Port {port + 1}" in refused.stdout
    assert "INNHUB_PORT" in refused.stdout
    assert "Traceback" not in refused.stdout + refused.stderr


def test_a_service_that_cannot_run_is_shown(laptop: Command, home: Home, stand_ins: Path) -> None:
    (stand_ins / "suggest" / "__main__.py").write_text("raise SystemExit('there is no suggest')")
    refused = laptop("start", INNHUB_DEMO="0")
    assert refused.returncode == 1
    assert "suggest ended with code 1, 3 times" in refused.stdout
    assert "there is no suggest" in refused.stdout
    assert remains(home) == []


def test_nothing_to_stop(laptop: Command, home: Home) -> None:
    assert laptop("stop").returncode == 0
    assert laptop("status").returncode == 1
    assert not home.folder.exists()
