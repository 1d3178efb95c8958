"""Runs: begun here, worked on elsewhere, recorded here. This and the dispatcher are the only writers of their state."""

from collections.abc import AsyncGenerator

from backplane.bus import TASKS_STREAM, Bus
from gateway.clients.tasks import merge_predictions, subject
from gateway.records import Failure, Records
from gateway.runs.dispatcher import Clock, utc_now
from gateway.runs.kinds import RunKind
from gateway.runs.record import RunRecord, Work
from gateway.runs.schemas import Run, for_people


class Runs:
    """The runs of all workspaces.

    Args:
        records: where they are.
        bus: has the queues.
        clock: tells the time.
    """

    def __init__(self, records: Records[RunRecord], bus: Bus, clock: Clock = utc_now) -> None:
        self.records = records
        self._bus = bus
        self._clock = clock

    async def begin(self, workspace: str, record: RunRecord) -> Run:
        """Records a run; the dispatcher hands out its tasks."""
        await self.records.add(workspace, record)
        return for_people(record)

    async def get(self, workspace: str, reference: str) -> Run:
        """A run."""
        return for_people(await self.records.get(workspace, reference))

    async def told_all(self, workspace: str, run: str, revision: int) -> bool:
        """Whether somebody who knows a run up to a revision knows its end."""
        record = await self.records.get(workspace, run)
        current = await self.records.current(workspace, record.id)
        return current is None or (record.state.ended and current.revision <= revision)

    async def watch(self, workspace: str, run: str, after: int = 0) -> AsyncGenerator[tuple[int, Run], None]:
        """The run as it stands, then after every change, until it has ended; each with its revision.

        Args:
            workspace: of the run.
            run: its id.
            after: the revision that is known; it and what came before are left out.
        """
        record = await self.records.get(workspace, run)
        async with self.records.watch(workspace, record.id) as changes:
            async for change in changes:
                if change is None:
                    continue
                if change.record is None:
                    return
                if change.revision > after:
                    after = change.revision
                    yield change.revision, for_people(change.record)
                if change.record.state.ended:
                    return

    async def cancel(self, workspace: str, run: str) -> Run:
        """Ends a run: what has not begun is taken off the queue, what has begun is let finish."""
        record = await self.records.get(workspace, run)
        changed = await self.records.change(workspace, record.id, lambda old: old.cancelled(self._clock()))
        await self._bus.purge(TASKS_STREAM, subject(record))
        return for_people(changed or record)

    async def retry(self, workspace: str, run: str) -> Run:
        """Lets the shards that failed be done once more; a run without any stays as it is."""
        record = await self.records.get(workspace, run)
        changed = await self.records.change(workspace, record.id, lambda old: old.retried(self._clock()))
        return for_people(changed or record)

    async def shard_completed(
        self, workspace: str, run: str, model: str, shard: int, samples: int, work: Work | None = None
    ) -> None:
        """Notes that a shard is done; a model that has predicted all shards gets its table, however the run ends."""

        def completed(record: RunRecord) -> RunRecord | None:
            return record.completed(model, shard, samples, work or Work(), self._clock())

        record = await self.records.change(workspace, run, completed)
        if record is not None and record.kind is RunKind.PREDICT and record.whole(model):
            # Also when this was known before: whoever noted it may have died before the table was asked for.
            await merge_predictions(self._bus, workspace, record, model)

    async def shard_failed(
        self, workspace: str, run: str, model: str, shard: int, failure: Failure, work: Work | None = None
    ) -> None:
        """Notes that a shard will not be done."""
        await self.records.change(
            workspace, run, lambda record: record.failed(model, shard, failure, work or Work(), self._clock())
        )
