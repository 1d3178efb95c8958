"""The whole product, started once for all tests that need it: the way a person starts it, in a home of its own."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from backplane.artifacts import ArtifactStore
from backplane.settings import BusSettings, StoreSettings
from innhub import Hub
from laptop import infrastructure
from laptop.home import Home
from laptop.ports import HOST, FreePorts, is_free
from laptop.record import Record, remains

START_SECONDS = 240.0
STOP_SECONDS = 100.0


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--conformance FILE`: see tests/conformance."""
    parser.addoption("--conformance", metavar="FILE", help="Write the table of conformance, over all architectures.")


@dataclass(frozen=True)
class HubStack:
    """A running product with the demo loaded."""

    home: Path
    port: int
    token: str

    @property
    def url(self) -> str:
        """Where REST and the pages are."""
        return f"http://{HOST}:{self.port}"

    @property
    def grpc_address(self) -> str:
        """Where public gRPC is."""
        return f"{HOST}:{self.port + 1}"

    @property
    def environment(self) -> dict[str, str]:
        """What a program must know to reach it, added to what we know."""
        return {**os.environ, "INNHUB_URL": self.url, "INNHUB_TOKEN": self.token}

    def hub(self, workspace: str = "default") -> Hub:
        """A client of it."""
        return Hub(self.url, self.token, workspace)

    def pid(self, program: str) -> int:
        """The process of a program; 0 while it is about to be started again."""
        record = Record.read(Home(self.home).record)
        assert record is not None, "the stack is not running"
        return record.programs[program].pid

    def log(self, program: str) -> str:
        """What a program has said."""
        return (self.home / "logs" / f"{program}.log").read_text(errors="replace")


@pytest.fixture(scope="session")
def hub_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubStack]:
    """The real whole product: NATS, S3, all services, the pages and the demo."""
    folder = tmp_path_factory.mktemp("stack") / "home"
    port = next(
        port for port in range(18_080 + os.getpid() % 400 * 2, 19_900, 2) if is_free(port) and is_free(port + 1)
    )
    environment = {**os.environ, "INNHUB_HOME": str(folder), "INNHUB_PORT": str(port), "INNHUB_DEMO": "1"}

    def laptop(command: str, seconds: float) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "laptop", command],
            env=environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    home = Home(folder)
    try:
        started = laptop("start", START_SECONDS)
        assert started.returncode == 0, started.stdout + started.stderr
        yield HubStack(folder, port, home.secret("token"))
    finally:
        stopped = laptop("stop", STOP_SECONDS)
        left = remains(home)
        for process in left:
            process.send_signal(signal.SIGKILL)
    assert stopped.returncode == 0, stopped.stdout + stopped.stderr
    assert left == [], "the stack left processes behind"


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A real NATS and a real S3 server alone; what a service must know to reach them."""
    home = Home(tmp_path_factory.mktemp("stores"))
    home.prepare()
    ports = FreePorts(20_000 + os.getpid() % 400)
    (nats, reach_nats), (s3, reach_s3) = infrastructure.bus(home, ports), infrastructure.store(home, ports)
    programs = (nats, s3)
    running = [
        subprocess.Popen(
            program.command,
            cwd=program.folder,
            env={**os.environ, **program.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for program in programs
    ]
    try:
        deadline = time.monotonic() + 60
        while not all(asyncio.run(program.ready()) for program in programs):
            assert time.monotonic() < deadline, "NATS or S3 did not become ready"
            time.sleep(0.1)
        yield {**reach_nats, **reach_s3}
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(20)


@pytest.fixture(scope="session")
def bus_settings(stores: dict[str, str]) -> BusSettings:
    """Where NATS is."""
    return BusSettings(
        url=stores["INNHUB_NATS_URL"],
        user=stores["INNHUB_NATS_USER"],
        password=SecretStr(stores["INNHUB_NATS_PASSWORD"]),
    )


@pytest.fixture(scope="session")
def artifact_store(stores: dict[str, str]) -> ArtifactStore:
    """The object store."""
    return ArtifactStore.connect(
        StoreSettings(
            endpoint=stores["INNHUB_S3_ENDPOINT"],
            access_key=SecretStr(stores["INNHUB_S3_ACCESS_KEY"]),
            secret_key=SecretStr(stores["INNHUB_S3_SECRET_KEY"]),
            bucket=stores["INNHUB_S3_BUCKET"],
        )
    )


@pytest.fixture(scope="session")
def eventually() -> Callable[..., None]:
    """Waits for a condition; a test fails that waits too long."""

    def wait(condition: Callable[[], object], seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "what the test waits for did not come"
            time.sleep(0.02)

    return wait


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go last: Playwright keeps its event loop running, and no other can run beside it."""
    items.sort(key=lambda item: "chromium" in getattr(item, "fixturenames", ()))
