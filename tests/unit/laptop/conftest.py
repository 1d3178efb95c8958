"""Small programs that stand in for the services: the same doors, nothing behind them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

Until = Callable[[Callable[[], object]], Awaitable[None]]

_SERVICE = """
import asyncio, os, signal, subprocess, sys
import grpc.aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

async def main():
    server = grpc.aio.server()
    servicer = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    server.add_insecure_port(os.environ["INNHUB_GRPC_ADDRESS"])
    await server.start()
    await servicer.set("", health_pb2.HealthCheckResponse.SERVING)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
    print('{"event": "started", "level": "info", "service": "x", "child": %d}' % child.pid, flush=True)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await stopping.wait()
    child.kill()
    await server.stop(1)

asyncio.run(main())
"""

_PAGES = """
import http.server, os, signal, sys

class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments):
        pass

host, port = os.environ[{variable!r}].split(":")
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
http.server.ThreadingHTTPServer((host, int(port)), Pages).serve_forever()
"""

_DEMO = """
import os, sys
print("demo: loading into", os.environ["INNHUB_URL"], flush=True)
sys.exit(int(os.environ.get("STAND_IN_DEMO_CODE", "0")))
"""


@pytest.fixture
def stand_ins(tmp_path: Path) -> Path:
    """Packages with the names of the services; in front on PYTHONPATH they are what `python -m` finds."""
    folder = tmp_path / "stand_ins"
    sources = {
        "suggest": _SERVICE,
        "inference": _SERVICE,
        "explainer": _SERVICE,
        "gateway": _PAGES.format(variable="INNHUB_HTTP_ADDRESS"),
        "ui": _PAGES.format(variable="INNHUB_UI_ADDRESS"),
        "demo": _DEMO,
    }
    for name, source in sources.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text("")
        (folder / name / "__main__.py").write_text(source)
    return folder


@pytest.fixture
def until() -> Until:
    """Waits for a condition; a test fails that waits too long."""

    async def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline, "what the test waits for did not come"
            await asyncio.sleep(0.02)

    return wait


@pytest.fixture
def until_gone() -> Callable[[list[psutil.Process]], None]:
    """Waits for the end of processes that nobody may be there to bury."""

    def wait(processes: list[psutil.Process]) -> None:
        deadline = time.monotonic() + 30
        while any(_runs(process) for process in processes):
            assert time.monotonic() < deadline, "a process did not end"
            time.sleep(0.02)

    return wait


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
