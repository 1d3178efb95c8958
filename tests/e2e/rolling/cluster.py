"""The whole product as replicas that come and go, as on a cluster: Services before them, names that stand for them.

Each replica has an address of its own, since all of 127.0.0.0/8 is this machine. A new one is found once it is ready;
one that is told to stop is found until the news has spread, and serves on for its drain.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
from e2e.reached import store_of
from e2e.rolling.replica import Departure, Ready, Replica
from e2e.rolling.service import Service

from backplane.artifacts import ArtifactStore
from backplane.probe import serves
from innhub import Hub
from laptop.home import Home
from laptop.ports import HOST
from laptop.programs import Program
from laptop.record import MARK
from laptop.settings import Settings
from laptop.stack import compose

Result = TypeVar("Result")
DRAIN_SECONDS = 1.0
GRACE_SECONDS = 8.0
TERMINATION_SECONDS = DRAIN_SECONDS + 2 * GRACE_SECONDS + 5
"""What a pod is given: its drain, its grace for tasks and again for calls, and some seconds to end."""
_NEWS_SECONDS = 0.5
"""How long it takes until nobody is led to a replica that was told to stop."""
_STORES = ("nats", "s3")
_INNER = ("inference", "explainer", "suggest")
_LISTENING = ("INNHUB_HTTP_ADDRESS", "INNHUB_GRPC_ADDRESS", "INNHUB_UI_ADDRESS")
_RESOLVER = Path(__file__).with_name("resolver")
_LONGEST_SECONDS = 300.0


class Cluster:
    """All services and both stores.

    Args:
        folder: the home.
        port: of REST and the pages.
        replicas: how many each service has in the beginning.
        environment: settings of all services that differ from those of the laptop.
    """

    def __init__(self, folder: Path, port: int, replicas: Mapping[str, int], environment: Mapping[str, str]) -> None:
        self.home = Home(folder)
        self.home.prepare()
        self.url = f"http://{HOST}:{port}"
        self.grpc_address = f"{HOST}:{port + 1}"
        self.token = self.home.secret("token")
        stack = compose(Settings(home=folder, port=port, explainers=1, demo=False), self.home)
        # The one explainer of the laptop stands for all of them.
        self._programs = {program.name.removesuffix("-1"): program for program in stack.programs}
        self.reached = self._programs["gateway"].environment
        self._ports = {name: self._listens(name) for name in replicas}
        self._services = {
            "gateway": [Service(port), Service(port + 1)],
            "ui": [Service(self._ports["ui"])],
        }
        self._names = folder / "names.txt"
        self._everyone = {
            **os.environ,
            **stack.environment,
            MARK: str(folder),
            "PYTHONPATH": str(_RESOLVER),
            "INNHUB_TEST_NAMES": str(self._names),
        }
        self._changed = {
            **environment,
            **{f"INNHUB_{name.upper()}_ADDRESSES": f"{_name(name)}:{self._ports[name]}" for name in _INNER},
            "INNHUB_DRAIN_SECONDS": f"{DRAIN_SECONDS}",
            "INNHUB_GRACE_SECONDS": f"{GRACE_SECONDS}",
        }
        self._wanted = dict(replicas)
        self._replicas: dict[str, list[Replica]] = {name: [] for name in replicas}
        self._stores: list[Replica] = []
        # An address is never used twice, and no other cluster of this machine has the same ones.
        self._network = f"127.{port // 2 % 200 + 20}"
        self._numbers = count(1)
        self._loop = asyncio.new_event_loop()
        # Programs die with the thread that started them, so this one lasts as long as they do.
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.run(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.run(self._stop())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)

    @property
    def store(self) -> ArtifactStore:
        """The object store."""
        return store_of(self.reached)

    def hub(self) -> Hub:
        """A client."""
        return Hub(self.url, self.token)

    def replicas(self, name: str) -> int:
        """How many replicas of a service are wanted and found."""
        return len(self._replicas[name])

    def restart(self, name: str) -> list[Departure]:
        """Replaces all replicas of a service, one after the other; each leaves once its successor is ready."""
        return self.run(self._restart(name))

    def scale(self, name: str, replicas: int) -> list[Departure]:
        """Starts what is missing, and tells what is too much to stop, the youngest first; waits for both."""
        return self.run(self._scale(name, replicas))

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Runs something where the processes were started."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_LONGEST_SECONDS)

    async def _start(self) -> None:
        self._publish()
        for name in _STORES:
            program = self._programs[name]
            environment = {**self._everyone, **program.environment}
            store = await Replica.start(program, HOST, environment, self.home.logs / f"{name}.log")
            self._stores.append(store)
        for name in _STORES:
            await asyncio.wait_for(self._until_ready(self._programs[name]), _LONGEST_SECONDS)
        for service in self._all_services():
            await service.start()
        await asyncio.gather(*(self._scale(name, replicas) for name, replicas in self._wanted.items()))

    async def _stop(self) -> None:
        for service in self._all_services():
            await service.stop()
        for replica in (*(one for replicas in self._replicas.values() for one in replicas), *self._stores):
            await replica.end()

    async def _restart(self, name: str) -> list[Departure]:
        departures = []
        for old in list(self._replicas[name]):
            await self._add(name)
            departures.append(await self._remove(name, old))
        return departures

    async def _scale(self, name: str, replicas: int) -> list[Departure]:
        missing = replicas - len(self._replicas[name])
        if missing >= 0:
            await asyncio.gather(*(self._add(name) for _ in range(missing)))
            return []
        youngest = self._replicas[name][missing:]
        return list(await asyncio.gather(*(self._remove(name, replica) for replica in youngest)))

    async def _add(self, name: str) -> None:
        number = next(self._numbers)
        address = f"{self._network}.{number // 250}.{number % 250 + 1}"
        program = self._programs[name]
        own = {key: program.environment[key].replace(HOST, address) for key in _LISTENING if key in program.environment}
        environment = {
            **self._everyone,
            **program.environment,
            **self._changed,
            **own,
            "INNHUB_METRICS_HOST": address,
        }
        log = self.home.logs / f"{name}-{number}.log"
        replica = await Replica.start(program, address, environment, log)
        await replica.become_ready(self._ready(name))
        self._replicas[name].append(replica)
        self._publish()

    async def _remove(self, name: str, replica: Replica) -> Departure:
        leaving = asyncio.create_task(replica.leave(TERMINATION_SECONDS))
        await asyncio.sleep(_NEWS_SECONDS)
        self._replicas[name].remove(replica)
        self._publish()
        return await leaving

    def _publish(self) -> None:
        """Tells Services and names who is to be found."""
        found = {name: [replica.address for replica in replicas] for name, replicas in self._replicas.items()}
        for name, services in self._services.items():
            for service in services:
                service.lead_to(found[name])
        lines = [f"{address} {_name(name)}\n" for name in _INNER for address in found[name]]
        draft = self._names.with_suffix(".draft")
        draft.write_text("".join(lines))
        draft.replace(self._names)

    def _ready(self, name: str) -> Ready:
        port = self._ports[name]

        async def answers_pages(address: str) -> bool:
            try:
                async with httpx.AsyncClient(trust_env=False) as client:
                    return (await client.get(f"http://{address}:{port}/healthz", timeout=3)).is_success
            except httpx.TransportError:
                return False

        async def answers_calls(address: str) -> bool:
            return await serves(f"{address}:{port}")

        return answers_calls if name in _INNER else answers_pages

    def _listens(self, name: str) -> int:
        environment = self._programs[name].environment
        return next(int(environment[key].rpartition(":")[2]) for key in _LISTENING if key in environment)

    def _all_services(self) -> list[Service]:
        return [service for services in self._services.values() for service in services]

    @staticmethod
    async def _until_ready(program: Program) -> None:
        while not await program.ready():  # noqa: ASYNC110 (it is another process that changes)
            await asyncio.sleep(0.1)


def _name(service: str) -> str:
    return f"{service}.rolling.test"
