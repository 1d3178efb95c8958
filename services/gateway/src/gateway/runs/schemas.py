"""Runs as people see them."""

from datetime import UTC, datetime

from pydantic import BaseModel, Field

from domain.quality import AssessedSample
from domain.relevance import ExplainedSample
from gateway.runs.kinds import Priority, RunKind, RunState
from gateway.runs.new import AskedOfAll
from gateway.runs.record import Pause, RunRecord, ShardFailure


class RunProgress(BaseModel):
    """Numbers for a progress bar."""

    samples_total: int = Field(description="Samples times models; of a model that is done, those it was about.")
    samples_done: int
    shards_total: int = Field(description="Tasks: shards times models, or models where one task is about all samples.")
    shards_done: int
    shards_failed: int
    shards_on_queue: int = Field(description="Handed out and not ended: few at a time, so that everybody has a turn.")
    samples_a_second: float | None = Field(default=None, description="Since it began, without its pauses.")
    seconds_left: float | None = None


class RunVersions(BaseModel):
    """What a run was made with."""

    hub: str
    networks: dict[str, str] = Field(description="The digest of each model's network.")
    engine: int | None = Field(description="The edition of the engine that explains; none for other kinds.")


class RunWork(BaseModel):
    """What a run has cost."""

    seconds: float = Field(description="Seconds that workers have spent on what has ended.")
    deliveries: int = Field(description="How often its tasks were begun.")
    retries: int = Field(description="How many of these were not the first.")
    samples_by_day: dict[str, int] = Field(description="Samples by the day (UTC) on which they were done.")


class Run(BaseModel):
    """A run for people."""

    id: str
    name: str
    kind: RunKind
    state: RunState
    priority: Priority
    dataset: str
    models: list[str]
    layer: str = Field(description="The layer whose activations are recorded; empty for other kinds.")
    embedding: bool = Field(description="Whether predict keeps what the last hidden layer answers.")
    explanation: AskedOfAll | None = Field(description="What is explained, with all parameters; none for other kinds.")
    digest: str = Field(description="SHA-256 of what is explained; equal for runs whose maps can be compared.")
    run: str = Field(description="The run whose maps clusters are made of; empty for other kinds.")
    label: str = Field(description="The label whose samples are grouped; empty for all.")
    created_at: datetime = Field(description="When it was asked for.")
    created_by: str
    started_at: datetime | None = Field(description="When its first task was handed out.")
    ended_at: datetime | None
    pause: Pause | None = Field(description="Why it does not go on for a while.")
    progress: RunProgress
    versions: RunVersions
    work: RunWork
    failures: tuple[ShardFailure, ...] = Field(description="The first hundred shards that failed, with reasons.")


class RunList(BaseModel):
    """A page of runs."""

    items: list[Run]
    next: str | None = None


class ExplainedSamples(BaseModel):
    """A page of what a run explained for one model."""

    items: list[ExplainedSample]
    next: str | None = None


class AssessedSamples(BaseModel):
    """A page of how far the explanations of one model can be trusted."""

    items: list[AssessedSample]
    next: str | None = None


_MADE = {"models", "progress", "versions", "work"}


def for_people(record: RunRecord) -> Run:
    """A stored run with its rate and the time left."""
    parts = record.progress.values()
    done = sum(part.samples for part in parts)
    # What is about all samples in one task may leave some out, which is known only once it is done.
    total = sum(part.samples if record.whole(model) else record.samples for model, part in record.progress.items())
    busy = record.busy_seconds(datetime.now(UTC))
    rate = done / busy if done and busy > 0 else None
    going = record.state is RunState.RUNNING
    settled = sum(len(part.settled) for part in parts)
    return Run(
        models=list(record.progress),
        progress=RunProgress(
            samples_total=total,
            samples_done=done,
            shards_total=record.shards * len(record.progress),
            shards_done=sum(len(part.finished) for part in parts),
            shards_failed=sum(len(part.failed) for part in parts),
            shards_on_queue=0 if record.state.ended else record.on_queue,
            samples_a_second=rate,
            seconds_left=(total - done) / rate if rate and going else None,
        ),
        versions=RunVersions(
            hub=record.hub_version,
            networks={model: part.network for model, part in record.progress.items()},
            engine=record.engine_edition,
        ),
        work=RunWork(
            seconds=record.work_seconds,
            deliveries=record.deliveries,
            retries=max(record.deliveries - settled, 0),
            samples_by_day=record.done_by_day,
        ),
        **record.model_dump(include=set(Run.model_fields) - _MADE),
    )
