"""Following a run over real HTTP: a gateway in a process of its own that is stopped and started in between."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx
import pytest
from conftest import Place, public_port

from backplane.bus import Bus
from backplane.settings import BusSettings
from domain.errors import Reason
from gateway.records import Records
from gateway.runs.kinds import RunKind, RunState
from gateway.runs.record import ModelProgress, RunRecord, Work
from gateway.runs.service import Runs
from gateway.runs.shards import ShardSet
from innhub import Hub, HubError, Run
from innhub.connection import Connection
from innhub.following import followed

TOKEN = "a-token-of-this-test"
NOBODY = "127.0.0.1:9"


class Gateway:
    """A gateway that can be stopped and started again."""

    def __init__(self, stores: dict[str, str], port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._environment = {
            **os.environ,
            **stores,
            "INNHUB_TOKEN": TOKEN,
            "INNHUB_HTTP_ADDRESS": f"127.0.0.1:{port}",
            "INNHUB_GRPC_ADDRESS": "127.0.0.1:0",
            **{f"INNHUB_{name}_ADDRESSES": NOBODY for name in ("INFERENCE", "EXPLAINER", "SUGGEST")},
            "INNHUB_GRACE_SECONDS": "1",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", "gateway"], env=self._environment)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(20)
            self._process = None

    @property
    def alive(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz").is_success
        except httpx.TransportError:
            return False


@pytest.fixture(scope="module")
def gateway(stores: dict[str, str], eventually: Callable[..., None]) -> Iterator[Gateway]:
    started = Gateway(stores, public_port(Place.STAND_INS))
    started.start()
    eventually(lambda: started.alive)
    yield started
    started.stop()


class Steps:
    """A run that nobody works on: its shards end when a test says so."""

    def __init__(self, settings: BusSettings, shards: int) -> None:
        self._settings = settings
        self._shards = shards
        self.id = asyncio.run(self._begin())

    def end(self, shard: int) -> None:
        asyncio.run(self._end(shard))

    @asynccontextmanager
    async def _runs(self) -> AsyncIterator[Runs]:
        bus = await Bus.connect(self._settings, "test")
        records = Records(await bus.bucket("runs"), RunRecord, "run", Reason.RUN_NOT_FOUND)
        yield Runs(records, bus)
        await bus.close()

    async def _begin(self) -> str:
        record = RunRecord(
            name="r",
            created_by="ann",
            kind=RunKind.ACTIVATIONS,
            # All is on the queue, as far as the gateway knows: only the test changes it.
            state=RunState.RUNNING,
            dataset="d",
            shards=self._shards,
            samples=10 * self._shards,
            progress={"m": ModelProgress(dispatched=ShardSet(2**self._shards - 1))},
        )
        async with self._runs() as runs:
            await runs.begin("default", record)
        return record.id

    async def _end(self, shard: int) -> None:
        async with self._runs() as runs:
            await runs.shard_completed("default", self.id, "m", shard, 10, Work())


@contextmanager
def events(gateway: Gateway, run: str, last: str = "") -> Iterator[Iterator[dict[str, str]]]:
    """The events of a run as they come, field by field."""
    headers = {"Authorization": f"Bearer {TOKEN}", **({"Last-Event-ID": last} if last else {})}
    address = f"{gateway.url}/v1/workspaces/default/runs/{run}/events"
    with httpx.stream("GET", address, headers=headers, timeout=20) as response:
        assert response.status_code == httpx.codes.OK

        def found() -> Iterator[dict[str, str]]:
            event: dict[str, str] = {}
            for line in response.iter_lines():
                name, _, value = line.partition(": ")
                if name:
                    event[name] = value
                elif event:
                    yield event
                    event = {}

        yield found()


def samples(event: dict[str, str]) -> int:
    return int(json.loads(event["data"])["progress"]["samples_done"])


def test_an_event_that_was_seen_does_not_come_again(gateway: Gateway, bus_settings: BusSettings) -> None:
    steps = Steps(bus_settings, 3)
    with events(gateway, steps.id) as stream:
        first = next(stream)
        assert (first["event"], samples(first), int(first["retry"]) > 0) == ("run", 0, True)
        steps.end(0)
        second = next(stream)
        assert (samples(second), int(second["id"]) > int(first["id"])) == (10, True)
    steps.end(1)
    with events(gateway, steps.id, second["id"]) as stream:
        third = next(stream)
        assert samples(third) == 20
        steps.end(2)
        last = next(stream)
        assert json.loads(last["data"])["state"] == "done"
        assert list(stream) == []
    address = f"{gateway.url}/v1/workspaces/default/runs/{steps.id}/events"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    over = httpx.get(address, headers={**headers, "Last-Event-ID": last["id"]})
    assert (over.status_code, over.content) == (httpx.codes.NO_CONTENT, b"")
    wrong = httpx.get(address, headers={**headers, "Last-Event-ID": "-1"})
    assert wrong.json()["reason"] == "ARGUMENT_INVALID"


def test_whoever_waits_for_a_run_does_so_across_a_restart_of_the_gateway(
    gateway: Gateway, bus_settings: BusSettings, eventually: Callable[..., None]
) -> None:
    steps, seen = Steps(bus_settings, 3), list[Run]()
    waiting = threading.Thread(target=lambda: Hub(gateway.url, TOKEN).runs.wait(steps.id, seen.append))
    waiting.start()
    eventually(lambda: seen)
    steps.end(0)
    eventually(lambda: seen[-1].progress["samples_done"] == 10)
    gateway.stop()
    steps.end(1)
    gateway.start()
    eventually(lambda: seen[-1].progress["samples_done"] == 20)
    steps.end(2)
    waiting.join(20)
    assert not waiting.is_alive()
    assert [run.progress["samples_done"] for run in seen] == [0, 10, 20, 30]
    assert seen[-1].state == "done"


def test_a_run_that_there_is_not_is_not_waited_for(gateway: Gateway) -> None:
    with pytest.raises(HubError) as caught:
        next(Hub(gateway.url, TOKEN).runs.watch("nothing"))
    assert caught.value.reason == "RUN_NOT_FOUND"


def test_a_hub_that_stays_away_is_not_waited_for_for_ever() -> None:
    with pytest.raises(HubError) as caught:
        next(followed(Connection(f"http://{NOBODY}", TOKEN, "default"), "/v1/anything", patience_seconds=0.1))
    assert caught.value.reason == "HUB_UNREACHABLE"
