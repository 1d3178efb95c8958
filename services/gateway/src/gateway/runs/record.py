"""A run as it is stored, and how it changes. Every change is a function of the record alone, for a compare-and-swap.

A record holds *sets* of shards, never counters that a repetition could raise: what is told twice changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from gateway.records import Failure, Record
from gateway.runs.kinds import Priority, RunKind, RunState
from gateway.runs.new import AskedOfAll
from gateway.runs.shards import ShardSet, StoredShardSet

FAILURES_SHOWN = 100


@dataclass(frozen=True)
class Work:
    """What a shard has cost.

    Attributes:
        seconds: how long the worker that ended it took.
        deliveries: how often it was begun.
    """

    seconds: float = 0.0
    deliveries: int = 1


class ModelProgress(BaseModel):
    """How far a run has come with one model."""

    network: str = Field(default="", description="The digest of its network when the run began.")
    dispatched: StoredShardSet = ShardSet()
    finished: StoredShardSet = ShardSet()
    failed: StoredShardSet = ShardSet()
    samples: int = 0

    @property
    def settled(self) -> ShardSet:
        """What is finished or failed."""
        return self.finished | self.failed

    @property
    def handed_out(self) -> ShardSet:
        """What is on the queue, or was."""
        return self.dispatched | self.settled

    @property
    def on_queue(self) -> ShardSet:
        """What is on the queue, or being worked on."""
        return self.dispatched - self.settled


class ShardFailure(BaseModel):
    """A shard that will not be done."""

    model: str
    shard: int
    failure: Failure


class Pause(BaseModel):
    """Why a run does not go on for a while."""

    reason: str = Field(description="Why, in words.")
    advice: str = Field(description="The way out.")
    since: datetime
    resumes_at: datetime = Field(description="When it goes on by itself.")


class RunRecord(Record):
    """A run as it is stored."""

    kind: RunKind
    state: RunState = RunState.PENDING
    priority: Priority = Priority.NORMAL
    dataset: str
    layer: str = ""
    embedding: bool = False
    explanation: AskedOfAll | None = None
    digest: str = ""
    run: str = ""
    label: str = ""
    shards: int
    samples: int
    progress: dict[str, ModelProgress]
    failures: tuple[ShardFailure, ...] = ()
    hub_version: str = ""
    engine_edition: int | None = None
    attempt: int = Field(default=0, description="How often tasks were put on the queue once more: tasks are named so.")
    dispatched_at: datetime | None = Field(default=None, description="When a task was put on the queue last.")
    started_at: datetime | None = None
    ended_at: datetime | None = None
    pause: Pause | None = None
    idle_seconds: float = Field(default=0.0, description="Of pauses, and from the end to a retry.")
    done_by_day: dict[str, int] = Field(default={}, description="Samples by the day (UTC) on which they were done.")
    work_seconds: float = 0.0
    deliveries: int = 0
    trace: dict[str, str] = Field(
        default={}, description="Headers of the trace in which it began: its tasks go on with it."
    )

    @property
    def waiting(self) -> int:
        """How many tasks are not on the queue yet."""
        return sum(self.shards - len(part.handed_out) for part in self.progress.values())

    @property
    def on_queue(self) -> int:
        """How many tasks are on the queue, or being worked on."""
        return sum(len(part.on_queue) for part in self.progress.values())

    def whole(self, model: str) -> bool:
        """Whether all of a model is done."""
        part = self.progress.get(model)
        return part is not None and len(part.finished) == self.shards

    def completed(self, model: str, shard: int, samples: int, work: Work, now: datetime) -> Self | None:
        """With a shard done; None if it was before."""
        part = self.progress.get(model)
        if part is None or shard in part.finished:
            return None
        # A shard may be done after all: the word that it failed came from before somebody tried again.
        failed = part.failed - ShardSet().with_shard(shard)
        part = part.model_copy(
            update={"finished": part.finished.with_shard(shard), "failed": failed, "samples": part.samples + samples}
        )
        day = now.date().isoformat()
        done_by_day = {**self.done_by_day, day: self.done_by_day.get(day, 0) + samples}
        failures = tuple(one for one in self.failures if (one.model, one.shard) != (model, shard))
        return self._with(model, part, work, now)._changed(done_by_day=done_by_day, failures=failures)._settled(now)

    def failed(self, model: str, shard: int, failure: Failure, work: Work, now: datetime) -> Self | None:
        """With a shard that will not be done; None if that was known."""
        part = self.progress.get(model)
        if part is None or shard in part.settled:
            return None
        part = part.model_copy(update={"failed": part.failed.with_shard(shard)})
        shown = (*self.failures, ShardFailure(model=model, shard=shard, failure=failure))[:FAILURES_SHOWN]
        return self._with(model, part, work, now)._changed(failures=shown)._settled(now)

    def dispatched(self, tasks: Mapping[str, ShardSet], now: datetime) -> Self | None:
        """With shards of models on the queue; None for a run that has ended or pauses, or if they were there."""
        if self.state not in {RunState.PENDING, RunState.RUNNING}:
            return None
        if not any(shards - self.progress[model].handed_out for model, shards in tasks.items()):
            return None
        progress = {
            model: part.model_copy(update={"dispatched": part.dispatched | tasks.get(model, ShardSet())})
            for model, part in self.progress.items()
        }
        started_at = self.started_at or now
        return self._changed(progress=progress, state=RunState.RUNNING, dispatched_at=now, started_at=started_at)

    def put_back(self, known: "RunRecord") -> Self | None:
        """With nothing on the queue, for tasks that got lost: they are handed out once more.

        None if it is not what it was when they were found missing.
        """
        if self != known or self.state.ended:
            return None
        progress = {
            model: part.model_copy(update={"dispatched": part.settled}) for model, part in self.progress.items()
        }
        return self._changed(progress=progress, attempt=self.attempt + 1)

    def retried(self, now: datetime) -> Self | None:
        """With the shards that failed to be done once more; None where none did."""
        if self.state is RunState.CANCELLED or not any(part.failed for part in self.progress.values()):
            return None
        progress = {
            model: part.model_copy(update={"dispatched": part.dispatched - part.failed, "failed": ShardSet()})
            for model, part in self.progress.items()
        }
        idle = (now - self.ended_at).total_seconds() if self.ended_at is not None else 0.0
        return self._changed(
            progress=progress,
            failures=(),
            attempt=self.attempt + 1,
            state=self.state if self.state is RunState.PAUSED else RunState.RUNNING,
            ended_at=None,
            idle_seconds=self.idle_seconds + idle,
        )

    def cancelled(self, now: datetime) -> Self | None:
        """Ended; None if it has ended before."""
        return None if self.state.ended else self._ended(RunState.CANCELLED, now)

    def paused(self, pause: Pause) -> Self | None:
        """Not going on; None if it has ended, or pauses until then already."""
        if self.state.ended or (self.pause is not None and self.pause.resumes_at == pause.resumes_at):
            return None
        since = pause.since if self.pause is None else self.pause.since
        return self._changed(state=RunState.PAUSED, pause=pause.model_copy(update={"since": since}))

    def resumed(self, now: datetime) -> Self | None:
        """Going on after a pause; None if it does not pause."""
        if self.state is not RunState.PAUSED:
            return None
        state = RunState.PENDING if self.started_at is None else RunState.RUNNING
        return self._awake(now)._changed(state=state)

    def busy_seconds(self, now: datetime) -> float:
        """For how long it has been going on, without its pauses."""
        if self.started_at is None:
            return 0.0
        paused = 0.0 if self.pause is None else (now - self.pause.since).total_seconds()
        return ((self.ended_at or now) - self.started_at).total_seconds() - self.idle_seconds - paused

    def _settled(self, now: datetime) -> Self:
        """With the state that its shards amount to; one that failed may be done after all."""
        parts = self.progress.values()
        if self.state is RunState.CANCELLED or any(len(part.settled) < self.shards for part in parts):
            return self
        state = RunState.FAILED if any(part.failed for part in parts) else RunState.DONE
        return self if state is self.state else self._ended(state, now)

    def _ended(self, state: RunState, now: datetime) -> Self:
        return self._awake(now)._changed(state=state, ended_at=now)

    def _awake(self, now: datetime) -> Self:
        if self.pause is None:
            return self
        # A run that had not begun when it paused was waiting, which is not a part of its time.
        paused = 0.0 if self.started_at is None else (now - max(self.pause.since, self.started_at)).total_seconds()
        return self._changed(pause=None, idle_seconds=self.idle_seconds + paused)

    def _with(self, model: str, part: ModelProgress, work: Work, now: datetime) -> Self:
        """With a new progress of one model; the clock runs from the first one."""
        return self._changed(
            progress={**self.progress, model: part},
            started_at=self.started_at or now,
            work_seconds=self.work_seconds + work.seconds,
            deliveries=self.deliveries + work.deliveries,
        )

    def _changed(self, **changes: object) -> Self:
        return self.model_copy(update=changes)
