"""Runs: begun here, worked on elsewhere, recorded here. This is the only writer of their state.

A record holds the *set* of finished shards, never a counter, so a shard that is reported twice changes nothing.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from backplane.bus import TASKS_STREAM, Bus, retried
from backplane.telemetry import get_logger
from gateway.clients.tasks import subject, work_on_shard
from gateway.datasets.schemas import DatasetRecord
from gateway.models.schemas import ModelRecord
from gateway.records import Failure, Records
from gateway.runs.schemas import (
    FAILURES_SHOWN,
    ModelProgress,
    NewRun,
    Run,
    RunRecord,
    RunState,
    ShardFailure,
    for_people,
)

_log = get_logger(__name__)


class Runs:
    """The runs of all workspaces."""

    def __init__(self, records: Records[RunRecord], bus: Bus) -> None:
        self.records = records
        self._bus = bus
        self._dispatching: set[asyncio.Task[None]] = set()

    async def begin(
        self,
        workspace: str,
        new: NewRun,
        dataset: DatasetRecord,
        models: list[ModelRecord],
        *,
        digest: str,
        created_by: str,
    ) -> Run:
        """Records a run; its tasks go to the queue in the background. `digest` is that of what it explains, if any."""
        assert dataset.summary is not None, "only a data set that is ready can be used in a run"
        record = RunRecord(
            name=new.name or f"{new.kind} {dataset.name}",
            created_by=created_by,
            kind=new.kind,
            dataset=dataset.id,
            layer=new.layer,
            explanation=new.explanation,
            digest=digest,
            shards=dataset.summary.shards,
            samples=dataset.summary.samples,
            progress={model.id: ModelProgress() for model in models},
        )
        await self.records.add(workspace, record)
        self._dispatch_later(workspace, record)
        return for_people(record)

    async def resume(self, workspaces: list[str]) -> None:
        """Hands out what a stopped gateway had recorded but not yet put on the queue."""
        for workspace in workspaces:
            for record in await self.records.list(workspace):
                if record.state is RunState.PENDING:
                    self._dispatch_later(workspace, record)

    async def get(self, workspace: str, reference: str) -> Run:
        """A run."""
        return for_people(await self.records.get(workspace, reference))

    async def watch(self, workspace: str, run: str) -> AsyncIterator[Run]:
        """The run as it stands, then after every change, until it has ended."""
        record = await self.records.get(workspace, run)
        bucket, key = self.records.watched(workspace, record.id)
        async with bucket.watch(key) as changes:
            async for change in changes:
                if change is None:
                    continue
                if change.value is None:
                    return
                state = for_people(RunRecord.model_validate_json(change.value))
                yield state
                if state.state.ended:
                    return

    async def cancel(self, workspace: str, run: str) -> Run:
        """Ends a run: what has not begun is taken off the queue, what has begun is let finish."""
        record = await self.records.get(workspace, run)

        def cancelled(old: RunRecord) -> RunRecord | None:
            if old.state.ended:
                return None
            return old.model_copy(update={"state": RunState.CANCELLED, "ended_at": datetime.now(UTC)})

        changed = await self.records.change(workspace, record.id, cancelled)
        await self._bus.purge(TASKS_STREAM, subject(record))
        return for_people(changed or record)

    async def shard_completed(self, workspace: str, run: str, model: str, shard: int, samples: int) -> None:
        """Notes that a shard is done."""

        def completed(record: RunRecord) -> RunRecord | None:
            part = record.progress.get(model)
            if part is None or shard in part.finished:
                return None
            part = part.model_copy(
                update={"finished": part.finished.with_shard(shard), "samples": part.samples + samples}
            )
            return _begun(record, model, part).settled()

        await self.records.change(workspace, run, completed)

    async def shard_failed(self, workspace: str, run: str, model: str, shard: int, failure: Failure) -> None:
        """Notes that a shard will not be done."""

        def failed(record: RunRecord) -> RunRecord | None:
            part = record.progress.get(model)
            if part is None or shard in part.finished or shard in part.failed:
                return None
            part = part.model_copy(update={"failed": part.failed.with_shard(shard)})
            shown = (*record.failures, ShardFailure(model=model, shard=shard, failure=failure))[:FAILURES_SHOWN]
            return _begun(record, model, part).model_copy(update={"failures": shown}).settled()

        await self.records.change(workspace, run, failed)

    def _dispatch_later(self, workspace: str, record: RunRecord) -> None:
        task = asyncio.create_task(self._dispatch(workspace, record))
        self._dispatching.add(task)
        task.add_done_callback(self._dispatching.discard)

    async def _dispatch(self, workspace: str, record: RunRecord) -> None:
        """Puts all tasks on the queue. Broken off, it is done again by `resume`; the queue knows a task by its id."""
        for shard in range(record.shards):
            for model in record.progress:
                await retried(
                    lambda model=model, shard=shard: work_on_shard(  # type: ignore[misc]
                        self._bus, workspace, record, model, shard
                    )
                )

        def running(old: RunRecord) -> RunRecord | None:
            if old.state is not RunState.PENDING:
                return None
            return old.model_copy(
                update={"state": RunState.RUNNING, "started_at": old.started_at or datetime.now(UTC)}
            ).settled()

        changed = await self.records.change(workspace, record.id, running)
        if changed is not None and changed.state is RunState.CANCELLED:
            await self._bus.purge(TASKS_STREAM, subject(record))
        _log.info("run dispatched", run=record.id, tasks=record.shards * len(record.progress))


def _begun(record: RunRecord, model: str, part: ModelProgress) -> RunRecord:
    """The record with a new progress of one model; the clock runs from the first one."""
    return record.model_copy(
        update={
            "progress": {**record.progress, model: part},
            "started_at": record.started_at or datetime.now(UTC),
        }
    )
