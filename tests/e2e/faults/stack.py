"""The product as processes that a test may kill, stop and start again, on the same ports and with the same data."""

import asyncio
import os
import shutil
import threading
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self, TextIO, TypeVar

import psutil
from e2e.faults.proxy import Proxy
from e2e.reached import store_of

from backplane.artifacts import ArtifactStore
from innhub import Hub
from laptop.home import Home
from laptop.journal import Journal
from laptop.keeper import Keeper
from laptop.ports import HOST
from laptop.programs import Patience, State
from laptop.record import MARK
from laptop.settings import Settings
from laptop.stack import compose

Result = TypeVar("Result")
_READY_SECONDS = 120.0
_LEFT_OUT = {"ui", "explainer-2"}


class FaultStack:
    """All services and both stores, each kept by a keeper of the laptop's; S3 is reached through a proxy of ours.

    Args:
        folder: the home.
        port: of REST.
        environment: settings of all services that differ from those of the laptop.
    """

    def __init__(self, folder: Path, port: int, environment: Mapping[str, str]) -> None:
        self.home = Home(folder)
        self.home.prepare()
        self.url = f"http://{HOST}:{port}"
        self.token = self.home.secret("token")
        stack = compose(Settings(home=folder, port=port, demo=False), self.home)
        programs = {program.name: program for program in stack.programs if program.name not in _LEFT_OUT}
        self.reached = programs["gateway"].environment
        self.proxy = Proxy(self.reached["INNHUB_S3_ENDPOINT"])
        self._explainer = programs["explainer-1"].environment["INNHUB_GRPC_ADDRESS"]
        self._everyone = {**os.environ, **stack.environment, MARK: str(self.home.folder)}
        self._changed = dict(environment)
        self._programs = programs
        self._keepers: dict[str, Keeper] = {}
        self._keeping: dict[str, asyncio.Task[None]] = {}
        self._loop = asyncio.new_event_loop()
        # Programs die with the thread that started them, so this one lasts as long as they do.
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._screen: TextIO = (self.home.logs / "keepers.txt").open("w")
        self._journal = Journal(self.home.logs, self._screen)

    def __enter__(self) -> Self:
        self._thread.start()
        endpoint = self.run(self.proxy.start())
        self._changed |= {
            "INNHUB_S3_ENDPOINT": endpoint,
            "INNHUB_EXPLAINER_ADDRESSES": self._explainer,
            "INNHUB_UI_URL": "",
        }
        self.start("nats", "s3")
        self.start(*(name for name in self._programs if name not in {"nats", "s3"}))
        return self

    def __exit__(self, *_: object) -> None:
        try:
            for name in reversed(self._programs):
                self.stop(name)
            self.run(self.proxy.stop())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
            self._journal.close()
            self._screen.close()

    @property
    def environment(self) -> dict[str, str]:
        """What a program must know to reach the product, added to what we know."""
        return {**os.environ, "INNHUB_URL": self.url, "INNHUB_TOKEN": self.token}

    @property
    def store(self) -> ArtifactStore:
        """The object store, without the proxy."""
        return store_of(self.reached)

    def hub(self) -> Hub:
        """A client."""
        return Hub(self.url, self.token)

    def lose_disk(self, name: str) -> None:
        """Removes what a program that is stopped has kept in its folder."""
        shutil.rmtree(self.home.folder / name)

    def start(self, *names: str) -> None:
        """Starts programs; returns when all are ready."""
        self.run(self._start(names))

    def stop(self, name: str) -> None:
        """Asks a program to end, and waits; it stays away until `start`."""
        self.run(self._stop(name))

    def process(self, name: str) -> psutil.Process:
        """The process of a program that runs."""
        return psutil.Process(self._keepers[name].pid)

    def kill(self, name: str) -> None:
        """Kills a program and all that it started, and waits until its keeper has started it again."""
        before = self.process(name)
        children = before.children(recursive=True)
        for process in (before, *children):
            process.kill()
        self.run(self._replaced(name, before.pid))

    def terminate(self, name: str) -> str:
        """Asks a program to end; waits until its keeper has started it again. Returns how the keeper says it ended."""
        before = self.process(name)
        before.terminate()
        self.run(self._replaced(name, before.pid))
        return [line for line in self.said().splitlines() if f"{name} ended" in line or f"{name} was killed" in line][
            -1
        ]

    def is_ready(self, name: str) -> bool:
        """Whether a program says that it can work: services by their gRPC health, the gateway by its readiness."""
        return self.run(self._programs[name].ready())

    def log(self, name: str) -> str:
        """What a program has said."""
        return (self.home.logs / f"{name}.log").read_text(errors="replace")

    def said(self) -> str:
        """What the keepers have said."""
        return (self.home.logs / "keepers.txt").read_text()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Runs something where the keepers run."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_READY_SECONDS * 2)

    async def _start(self, names: tuple[str, ...]) -> None:
        for name in names:
            program = self._programs[name]
            changed = {} if name in {"nats", "s3"} else self._changed
            environment = {**self._everyone, **program.environment, **changed}
            patience = Patience(longest_pause_seconds=1)
            self._keepers[name] = Keeper(replace(program, needs=()), environment, self._journal, patience, lambda: None)
            self._keeping[name] = asyncio.create_task(self._keepers[name].keep())
        waiting = [asyncio.create_task(self._keepers[name].was_ready.wait()) for name in names]
        await asyncio.wait_for(asyncio.gather(*waiting), _READY_SECONDS)

    async def _stop(self, name: str) -> None:
        if name in self._keepers:
            await self._keepers[name].stop()
            await self._keeping[name]

    async def _replaced(self, name: str, pid: int) -> None:
        keeper = self._keepers[name]
        async with asyncio.timeout(_READY_SECONDS):
            while keeper.pid in {0, pid} or keeper.state is not State.READY:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
