"""Carries out what `dispatching` decides: keeps a view of the runs, fills the queues, and pauses what has to wait.

The view is fed by the bucket itself, so nothing has to be told to it: not after a start, and not by another gateway.
Several gateways decide alike; a task that two of them put on the queue is one message.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from backplane.bus import TASKS_STREAM, Bus
from backplane.telemetry import get_logger, metrics
from domain.errors import HubError
from gateway.clients.tasks import subject, work_on_shard
from gateway.records import Records
from gateway.runs.dispatching import Decision, Key, Limits, decided, done_on
from gateway.runs.kinds import RunQueue, RunState
from gateway.runs.record import RunRecord
from gateway.runs.shards import ShardSet

_log = get_logger(__name__)
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time by the clock of this machine."""
    return datetime.now(UTC)


class Dispatcher:
    """Hands out the tasks of all runs, a few at a time.

    Args:
        records: the runs.
        bus: has the queues.
        limits: how much may be done.
        clock: tells the time.
        tick_seconds: how long nothing must have changed to look again all the same: days end, and messages get lost.
    """

    def __init__(
        self,
        records: Records[RunRecord],
        bus: Bus,
        limits: Limits,
        clock: Clock = utc_now,
        tick_seconds: float = 10.0,
    ) -> None:
        self._records = records
        self._bus = bus
        self._limits = limits
        self._clock = clock
        self._tick_seconds = tick_seconds
        self._view: dict[Key, RunRecord] = {}
        self._changed = asyncio.Event()
        self._complete = asyncio.Event()
        self._without_tasks: dict[Key, RunRecord] = {}

    @property
    def works(self) -> tuple[Coroutine[object, object, None], ...]:
        """What goes on side by side, until it is cancelled."""
        return self._follow(), self._dispatch(), self._look_for_lost_tasks()

    async def _follow(self) -> None:
        while True:
            with suppress(HubError):
                async with self._records.watch("*", "*") as changes:
                    async for change in changes:
                        if change is None:
                            self._complete.set()
                        else:
                            self._note(change.key, change.record)
            await asyncio.sleep(1)

    def _note(self, key: Key, record: RunRecord | None) -> None:
        if record is None:
            self._view.pop(key, None)
        else:
            self._view[key] = record
        self._changed.set()

    def _forget_what_does_not_count(self) -> None:
        """Of what has ended, only what was done today matters still."""
        now = self._clock()
        for key in [key for key, run in self._view.items() if run.state.ended and not done_on(run, now)]:
            del self._view[key]

    def _measure(self) -> None:
        """Notes how many runs there are in each state, and how many of their tasks wait for a place on a queue."""
        going = [run for run in self._view.values() if not run.state.ended]
        for state in RunState:
            if not state.ended:
                metrics.RUNS.labels(state).set(sum(run.state is state for run in going))
        for queue in RunQueue:
            metrics.RUN_TASKS.labels(queue.replace("_", "-")).set(
                sum(run.waiting for run in going if run.kind.queue is queue)
            )

    async def _dispatch(self) -> None:
        await self._complete.wait()
        while True:
            self._changed.clear()
            self._forget_what_does_not_count()
            self._measure()
            try:
                await self._carry_out(decided(self._view, self._limits, self._clock()))
            except HubError as error:
                _log.warning("tasks not handed out", reason=error.reason, error=str(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(self._tick_seconds):
                    await self._changed.wait()

    async def _carry_out(self, decision: Decision) -> None:
        now = self._clock()
        for key, pause in decision.pauses.items():
            await self._change(key, partial(RunRecord.paused, pause=pause))
        for key in decision.resumptions:
            await self._change(key, partial(RunRecord.resumed, now=now))
        for key, tasks in decision.turns.items():
            await self._hand_out(key, tasks, now)

    async def _hand_out(self, key: Key, tasks: dict[str, ShardSet], now: datetime) -> None:
        """Published first and noted then: what was published and not noted is published again, which is one message."""
        record = self._view.get(key)
        if record is None:
            return
        workspace, _, _ = key.partition(".")
        for shard, model in sorted((shard, model) for model, shards in tasks.items() for shard in shards):
            await work_on_shard(self._bus, workspace, record, model, shard)
        noted = await self._change(key, partial(RunRecord.dispatched, tasks=tasks, now=now))
        if noted is None or noted.state.ended:
            await self._bus.purge(TASKS_STREAM, subject(record))

    async def _look_for_lost_tasks(self) -> None:
        """Runs that wait for tasks of which the queue knows nothing, twice in a row, hand them out again."""
        await self._complete.wait()
        while True:
            await asyncio.sleep(self._tick_seconds)
            try:
                await self._put_lost_tasks_back()
            except HubError as error:
                _log.warning("queues not compared with runs", reason=error.reason, error=str(error))

    async def _put_lost_tasks_back(self) -> None:
        waiting = {key: run for key, run in self._view.items() if not run.state.ended and run.on_queue}
        without = {key: run for key, run in waiting.items() if not await self._bus.count(TASKS_STREAM, subject(run))}
        for key, run in without.items():
            if self._without_tasks.get(key) == run:
                _log.warning("tasks lost", run=run.id, tasks=run.on_queue)
                await self._change(key, partial(RunRecord.put_back, known=run))
        self._without_tasks = without

    async def _change(self, key: Key, changed: Callable[[RunRecord], RunRecord | None]) -> RunRecord | None:
        workspace, _, identifier = key.partition(".")
        record = await self._records.change(workspace, identifier, changed)
        if record is None:
            # A watch does not tell of a record that the server has lost.
            self._note(key, None)
        return record
