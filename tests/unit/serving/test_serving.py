"""A real server in a process of its own, told to stop while people ask it things."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from conftest import Place, public_port

PROGRAM = Path(__file__).with_name("application.py")
Start = Callable[[float, float], tuple["subprocess.Popen[bytes]", str]]


@pytest.fixture
def start() -> Iterator[Start]:
    running = list["subprocess.Popen[bytes]"]()

    def begin(drain_seconds: float, grace_seconds: float) -> tuple["subprocess.Popen[bytes]", str]:
        address = f"127.0.0.1:{public_port(Place.STAND_INS)}"
        command = [sys.executable, str(PROGRAM), address, str(drain_seconds), str(grace_seconds)]
        running.append(subprocess.Popen(command))
        url = f"http://{address}"
        deadline = time.monotonic() + 60
        while True:
            with suppress(httpx.TransportError):
                httpx.get(f"{url}/quick")
                return running[-1], url
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)

    yield begin
    for process in running:
        process.kill()
        process.wait()


def test_while_it_drains_it_serves_and_gives_up_its_connections(start: Start) -> None:
    process, url = start(1.0, 5.0)
    with httpx.Client(base_url=url) as client:
        assert "connection" not in client.get("/quick").headers
        process.terminate()
        time.sleep(0.3)
        answer = client.get("/quick")
        assert (answer.text, answer.headers["connection"]) == ('"quick"', "close")
        assert httpx.get(f"{url}/quick").text == '"quick"', "whoever does not know yet is answered"
    assert process.wait(10) == 0


def test_what_has_begun_is_finished(start: Start) -> None:
    process, url = start(0.0, 10.0)
    with ThreadPoolExecutor() as threads:
        asked = threads.submit(httpx.get, f"{url}/slow", params={"seconds": 1.5})
        time.sleep(0.5)
        process.terminate()
        assert asked.result().text == '"slow"'
    assert process.wait(10) == 0


def test_nothing_may_take_longer_than_the_grace(start: Start) -> None:
    process, url = start(0.0, 1.0)
    with ThreadPoolExecutor() as threads:
        asked = threads.submit(httpx.get, f"{url}/slow", params={"seconds": 60}, timeout=30)
        time.sleep(0.5)
        process.terminate()
        assert process.wait(5) == 0
        with suppress(httpx.TransportError):
            assert asked.result().is_error


def test_streams_without_an_end_end_when_the_drain_is_over(start: Start) -> None:
    process, url = start(0.5, 10.0)
    with httpx.stream("GET", f"{url}/endless", timeout=10) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "data: begun"
        process.terminate()
        told = time.monotonic()
        with suppress(httpx.RemoteProtocolError):
            list(lines)
    assert 0.5 <= time.monotonic() - told < 3
    assert process.wait(10) == 0
