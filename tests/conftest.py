"""The whole product, started once for all tests that need it: the way a person starts it, in a home of its own.

Two processes share the tests: one has those of the running product, the other takes one file after another of the rest,
and so does the first when it is done.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import pytest
from collector import Click, Collector, Trace, collecting
from distribution import Distribution
from hypothesis import settings
from pydantic import SecretStr

from backplane.artifacts import ArtifactStore
from backplane.settings import BusSettings, StoreSettings
from innhub import Hub
from laptop import infrastructure
from laptop.home import Home
from laptop.ports import HOST, FreePorts, is_free
from laptop.record import Record, remains

# How long an example takes says how busy the machine is.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Before anything loads TensorFlow: beside another process, it has one core.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}

START_SECONDS = 240.0
STOP_SECONDS = 100.0
_PUBLIC_PORTS = range(18_202, 18_444, 2)
"""Stacks on these look for all their other ports above 20000, where no public port is."""
_MOST_WORKERS = 4


def pytest_addoption(parser: pytest.Parser) -> None:
    """For tests/conformance."""
    parser.addoption("--conformance", metavar="FILE", help="Write the table of conformance.")
    parser.addoption("--all-on-architectures", action="store_true", help="Run every method on every architecture.")


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
        return self._record.programs[program].pid

    @property
    def explainers(self) -> list[str]:
        """The programs that explain."""
        return [program for program in self._record.programs if program.startswith("explainer")]

    @property
    def _record(self) -> Record:
        record = Record.read(Home(self.home).record)
        assert record is not None, "the stack is not running"
        return record

    def log(self, program: str) -> str:
        """What a program has said."""
        return (self.home / "logs" / f"{program}.log").read_text(errors="replace")


class Place(IntEnum):
    """What a process that runs tests may start."""

    PRODUCT = 0
    STORES = 1
    STAND_INS = 2


def public_port(place: Place) -> int:
    """A free port, the next one free as well. Nobody else in this run looks at it, or at those that follow from it.

    So those who start at the same moment do not race for ports, in whichever processes they are.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    own = _PUBLIC_PORTS[worker * len(Place) + place :: _MOST_WORKERS * len(Place)]
    return next(port for port in own if is_free(port) and is_free(port + 1))


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    """Takes the traces of the product."""
    with collecting() as running:
        yield running


@pytest.fixture(scope="session")
def hub_stack(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[HubStack]:
    """The real whole product: NATS, S3, all services, the pages and the demo.

    It traces what comes with a sampled `traceparent`, and nothing else.
    """
    folder = tmp_path_factory.mktemp("stack") / "home"
    port = public_port(Place.PRODUCT)
    environment = {
        **os.environ,
        "INNHUB_HOME": str(folder),
        "INNHUB_PORT": str(port),
        "INNHUB_DEMO": "1",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
        "OTEL_TRACES_SAMPLER": "parentbased_always_off",
        "OTEL_BSP_SCHEDULE_DELAY": "200",
    }

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
    ports = FreePorts(public_port(Place.STORES))
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


@pytest.fixture(scope="session")
def traced(collector: Collector, eventually: Callable[..., None]) -> Callable[..., Trace]:
    """Waits until a trace has a span, and all that is around it."""

    def wait(click: Click, name: str, kind: str = "internal") -> Trace:
        # A server ends its span after it has answered, and each process sends its spans by itself.
        def complete() -> bool:
            spans = collector.trace(click.trace)
            ids = {span.id for span in spans} | {click.span}
            return any((span.name, span.kind) == (name, kind) for span in spans) and all(
                span.parent in ids for span in spans
            )

        eventually(complete)
        return Trace(collector.trace(click.trace))

    return wait


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of the running product go first, since they take longest, and among them those in the browser last.

    Those that have a product of their own are next, for another process.
    """
    own = ("tests/e2e/faults/", "tests/e2e/rolling/")

    def place(item: pytest.Item) -> tuple[bool, bool, bool]:
        needs = getattr(item, "fixturenames", ())
        return "hub_stack" not in needs, not item.nodeid.startswith(own), "chromium" in needs

    items.sort(key=place)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Distribution:
    """How tests are shared."""
    return Distribution(config, log)
