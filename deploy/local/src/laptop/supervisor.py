"""Starts the programs of a stack in order, keeps them running, and stops them in the opposite order."""

import asyncio
import contextlib
import os
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from laptop.journal import Journal
from laptop.keeper import Keeper
from laptop.processes import ProcessGroup
from laptop.programs import Patience, State
from laptop.record import MARK, ProgramRecord, Record
from laptop.stack import Stack


class Supervisor:
    """Keeps a stack running.

    Args:
        stack: what to run.
        journal: gets what the programs say.
        record: what other commands read; kept up to date in `record_path`.
        record_path: where.
        mark: the value of the mark that every process carries.
        patience: the time limits.
    """

    def __init__(
        self,
        stack: Stack,
        journal: Journal,
        record: Record,
        record_path: Path,
        mark: str,
        patience: Patience = Patience(),  # noqa: B008 (it cannot change)
    ) -> None:
        self._stack = stack
        self._journal = journal
        self._record = record
        self._record_path = record_path
        self._patience = patience
        self._environment = {**os.environ, **stack.environment, MARK: mark}
        self._keepers = {
            program.name: Keeper(
                program, {**self._environment, **program.environment}, journal, patience, self._write_record
            )
            for program in stack.programs
        }
        self._reported: set[str] = set()
        self._begun = time.monotonic()

    async def run(self, stopping: asyncio.Event) -> None:
        """Runs the stack until `stopping` is set.

        Raises:
            StackError: a program never became ready; all others have been stopped.
        """
        keeping = [asyncio.create_task(self._keep(keeper)) for keeper in self._keepers.values()]
        stop = asyncio.create_task(stopping.wait())
        try:
            if not await self._before(stop, self._all_ready(), keeping):
                return
            self._record.ready = True
            self._write_record()
            self._journal.say(f"everything is ready after {time.monotonic() - self._begun:.1f} s")
            if await self._before(stop, self._load_demo(), keeping):
                self._journal.say(f"open {self._stack.url}")
                await self._before(stop, asyncio.Event().wait(), keeping)
        finally:
            stop.cancel()
            await self._stop(keeping)

    def kill(self) -> None:
        """Ends all programs at once, for whoever cannot wait for their end."""
        for keeper in self._keepers.values():
            keeper.kill()

    async def _before(
        self, stop: asyncio.Task[Any], work: Coroutine[Any, Any, Any], keeping: list[asyncio.Task[None]]
    ) -> bool:
        """Whether some work was done before we were told to stop; raises what ended one of the keepers."""
        working = asyncio.create_task(work)
        try:
            await asyncio.wait([working, stop, *keeping], return_when=asyncio.FIRST_COMPLETED)
            for keeper in keeping:
                if keeper.done():
                    keeper.result()
            return working.done() and not stop.done()
        finally:
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working

    async def _keep(self, keeper: Keeper) -> None:
        for name in keeper.program.needs:
            await self._keepers[name].was_ready.wait()
        await keeper.keep()

    async def _all_ready(self) -> None:
        await asyncio.gather(*(keeper.was_ready.wait() for keeper in self._keepers.values()))

    async def _load_demo(self) -> None:
        program = self._stack.demo
        if program is None:
            self._record.demo = "left out"
        else:
            self._journal.say("loading the demo; the first time, its networks and photographs are fetched")
            environment = {**self._environment, **program.environment}
            group = await ProcessGroup.start(program, environment, lambda line: self._journal.take(program.name, line))
            try:
                code = await group.wait()
            finally:
                group.kill()
            self._record.demo = "failed" if code else "loaded"
            if code:
                self._journal.say(
                    "The demo could not be loaded: the lines above say why. Everything else runs: bring networks and "
                    "photographs of your own, or load the demo with `make stop start` once the cause is gone."
                )
        self._write_record()

    async def _stop(self, keeping: list[asyncio.Task[None]]) -> None:
        self._record.ready = False
        for task, keeper in reversed(list(zip(keeping, self._keepers.values(), strict=True))):
            if keeper.state is State.WAITING:
                task.cancel()
            await keeper.stop()
            await asyncio.gather(task, return_exceptions=True)
        self._journal.say(f"stopped; the data stays in {self._record_path.parent}")

    def _write_record(self) -> None:
        self._record.programs = {
            name: ProgramRecord(state=keeper.state, pid=keeper.pid) for name, keeper in self._keepers.items()
        }
        for name, keeper in self._keepers.items():
            if keeper.state is State.READY and name not in self._reported:
                self._reported.add(name)
                self._journal.say(f"{name} is ready after {time.monotonic() - self._begun:.1f} s")
        self._record.write(self._record_path)
