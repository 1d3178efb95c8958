"""Keeps one program running: starts it, learns when it is ready, and starts it again when it dies."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping

from laptop.journal import Journal
from laptop.problems import StackError
from laptop.processes import ProcessGroup
from laptop.programs import Patience, Program, State

_LOOK_SECONDS = 0.1


class Keeper:
    """Keeps a program running until `stop`.

    Args:
        program: what to keep.
        environment: of the program, all of it.
        journal: gets what it says, and what happens to it.
        patience: the time limits.
        changed: called after each change of state.
    """

    def __init__(
        self,
        program: Program,
        environment: Mapping[str, str],
        journal: Journal,
        patience: Patience,
        changed: Callable[[], None],
    ) -> None:
        self.program = program
        self.state = State.WAITING
        self.was_ready = asyncio.Event()
        """Set once the program was ready for the first time."""
        self._environment = environment
        self._journal = journal
        self._patience = patience
        self._changed = changed
        self._group: ProcessGroup | None = None
        self._stopping = asyncio.Event()

    @property
    def pid(self) -> int:
        """Of the running program; 0 where none runs."""
        return self._group.pid if self._group else 0

    async def keep(self) -> None:
        """Runs the program, again and again, until `stop`.

        Raises:
            StackError: it died several times, or took too long, before it was ever ready.
        """
        deaths = 0
        while not self._stopping.is_set():
            begun = time.monotonic()
            code = await self._live()
            if self._stopping.is_set():
                return
            deaths = 1 if time.monotonic() - begun > self._patience.steady_seconds else deaths + 1
            ended = f"{self.program.name} {_ending(code)}"
            if not self.was_ready.is_set() and deaths >= self._patience.attempts:
                raise self._problem(f"{ended}, {deaths} times, without having been ready.")
            pause = self._patience.pause(deaths)
            self._journal.say(f"{ended}; it is started again in {pause:g} s")
            self._enter(State.RESTARTING)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def stop(self) -> None:
        """Ends the program, and everything that it started."""
        self._stopping.set()
        if self._group is not None and not await self._group.stop(self._patience.grace_seconds):
            self._journal.say(
                f"{self.program.name} did not end within {self._patience.grace_seconds:g} s and was killed"
            )
        self._enter(State.STOPPED)

    def kill(self) -> None:
        """Ends the program at once."""
        self._stopping.set()
        if self._group is not None:
            self._group.kill()

    async def _live(self) -> int:
        """One life of the program, from start to end."""
        self._journal.forget(self.program.name)
        self._group = await ProcessGroup.start(self.program, self._environment, self._take)
        if self._stopping.is_set():  # asked for while the process was being made
            self._group.kill()
        self._enter(State.STARTING)
        ended = asyncio.create_task(self._group.wait())
        watching = asyncio.create_task(self._watch())
        try:
            await asyncio.wait([ended, watching], return_when=asyncio.FIRST_COMPLETED)
            if watching.done() and not watching.result() and not self.was_ready.is_set():
                raise self._problem(
                    f"{self.program.name} was not ready within {self._patience.ready_seconds:g} s of its start."
                )
            return await asyncio.shield(ended)
        finally:
            watching.cancel()
            self._group.kill()
            await ended
            self._group = None

    async def _watch(self) -> bool:
        """Waits for readiness; False if it did not come in time."""
        deadline = time.monotonic() + self._patience.ready_seconds
        while time.monotonic() < deadline:
            if await self.program.ready():
                self.was_ready.set()
                self._enter(State.READY)
                return True
            await asyncio.sleep(_LOOK_SECONDS)
        return False

    def _enter(self, state: State) -> None:
        self.state = state
        self._changed()

    def _take(self, line: str) -> None:
        self._journal.take(self.program.name, line, only_trouble=self.program.only_trouble)

    def _problem(self, message: str) -> StackError:
        lines = "".join(f"\n    {line}" for line in self._journal.latest(self.program.name))
        return StackError(message, f"Its last lines:{lines}" if lines else "It said nothing.")


def _ending(code: int) -> str:
    return f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
