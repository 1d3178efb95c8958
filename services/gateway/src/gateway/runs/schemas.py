"""Bodies of runs."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from domain.errors import HubError, Reason
from domain.relevance import ExplainedSample
from domain.targets import PREDICTED, Target
from gateway.records import Failure, Record
from gateway.runs.shards import ShardSet, StoredShardSet

FAILURES_SHOWN = 100


class RunKind(StrEnum):
    """What a run does with every sample."""

    PREDICT = "predict"
    ACTIVATIONS = "activations"
    EXPLAIN = "explain"
    PATTERNS = "patterns"


class RunState(StrEnum):
    """How far a run has come."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self in {RunState.DONE, RunState.FAILED, RunState.CANCELLED}


class AskedOfAll(BaseModel):
    """What a run explains, of every sample, with the native engine."""

    model_config = ConfigDict(extra="forbid")

    method: str = Field(description="The id of a method, see GET /v1/methods.")
    parameters: dict[str, JsonValue] = Field(default={}, description="Those left out take their defaults.")
    target: Target = Field(
        default=PREDICTED, description='"predicted", "label", a class by name or index, or {"layer": ..., "unit": ...}.'
    )
    layer: str = Field(default="", description="For methods that work at a layer; empty for the default of each model.")


class ModelProgress(BaseModel):
    """How far a run has come with one model."""

    finished: StoredShardSet = ShardSet()
    failed: StoredShardSet = ShardSet()
    samples: int = 0


class ShardFailure(BaseModel):
    """A shard that will not be done."""

    model: str
    shard: int
    failure: Failure


class RunRecord(Record):
    """A run as it is stored."""

    kind: RunKind
    state: RunState = RunState.PENDING
    dataset: str
    layer: str = ""
    explanation: AskedOfAll | None = None
    digest: str = ""
    shards: int
    samples: int
    progress: dict[str, ModelProgress]
    failures: tuple[ShardFailure, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None

    def settled(self) -> "RunRecord":
        """The record with the state that its shards amount to."""
        parts = self.progress.values()
        if self.state.ended or any(len(part.finished) + len(part.failed) < self.shards for part in parts):
            return self
        state = RunState.FAILED if any(len(part.failed) for part in parts) else RunState.DONE
        return self.model_copy(update={"state": state, "ended_at": datetime.now(UTC)})


class RunProgress(BaseModel):
    """Numbers for a progress bar."""

    samples_total: int = Field(description="Samples times models.")
    samples_done: int
    shards_total: int
    shards_done: int
    shards_failed: int
    samples_a_second: float | None = None
    seconds_left: float | None = None


class Run(BaseModel):
    """A run for people."""

    id: str
    name: str
    kind: RunKind
    state: RunState
    dataset: str
    models: list[str]
    layer: str = Field(description="The layer whose activations are recorded; empty for other kinds.")
    explanation: AskedOfAll | None = Field(description="What is explained, with all parameters; none for other kinds.")
    digest: str = Field(description="SHA-256 of what is explained; equal for runs whose maps can be compared.")
    created_at: datetime
    created_by: str
    ended_at: datetime | None
    progress: RunProgress
    failures: tuple[ShardFailure, ...] = Field(description="The first hundred shards that failed, with reasons.")


class RunList(BaseModel):
    """A page of runs."""

    items: list[Run]
    next: str | None = None


class ExplainedSamples(BaseModel):
    """A page of what a run explained for one model."""

    items: list[ExplainedSample]
    next: str | None = None


class NewRun(BaseModel):
    """A run to begin."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"kind": "predict", "dataset": "photos", "models": ["lite0", "squeezenet"]},
                {"kind": "activations", "dataset": "photos", "models": ["lite0"], "layer": "top_conv"},
                {
                    "kind": "explain",
                    "dataset": "photos",
                    "models": ["lite0", "squeezenet"],
                    "explanation": {"method": "lrp.epsilon", "target": "predicted"},
                },
                {"kind": "patterns", "dataset": "photos", "models": ["squeezenet"]},
            ]
        },
    )

    kind: RunKind
    dataset: str
    models: list[str] = Field(min_length=1, max_length=16, description="Exactly one for activations and patterns.")
    layer: str = Field(default="", description="The layer whose activations to record; empty for other kinds.")
    explanation: AskedOfAll | None = Field(default=None, description="What to explain; for the kind explain alone.")
    name: str = Field(default="", max_length=200)

    @model_validator(mode="after")
    def _explanation_to_explain(self) -> Self:
        if (self.kind is RunKind.EXPLAIN) != (self.explanation is not None):
            raise HubError(
                Reason.ARGUMENT_INVALID,
                f"A run of the kind {self.kind} has "
                + ("no explanation." if self.explanation is None else "nothing to explain."),
                f"Say in explanation what a run of the kind {RunKind.EXPLAIN} explains, and only there.",
            )
        return self

    @model_validator(mode="after")
    def _layer_of_one_model(self) -> Self:
        if self.kind is RunKind.ACTIVATIONS and (len(self.models) != 1 or not self.layer):
            raise HubError(
                Reason.ARGUMENT_INVALID,
                f"Activations are recorded for one layer of one model; this names {len(self.models)} models and the "
                f"layer {self.layer!r}.",
                "Name one model and one of its layers.",
            )
        if self.kind is RunKind.PATTERNS and len(self.models) != 1:
            raise HubError(
                Reason.ARGUMENT_INVALID,
                f"Patterns are fitted for one model; this names {len(self.models)}.",
                "Begin a run for each model.",
            )
        if self.kind is not RunKind.ACTIVATIONS and self.layer:
            raise HubError(
                Reason.ARGUMENT_INVALID,
                f"A run of the kind {self.kind} works on models as a whole, not at a layer.",
                f"Leave layer out, or begin a run of the kind {RunKind.ACTIVATIONS}.",
            )
        return self


def for_people(record: RunRecord) -> Run:
    """A stored run with its rate and the time left."""
    parts = record.progress.values()
    done, total = sum(part.samples for part in parts), record.samples * len(record.progress)
    rate = left = None
    if record.started_at is not None and done:
        elapsed = ((record.ended_at or datetime.now(UTC)) - record.started_at).total_seconds()
        rate = done / elapsed if elapsed > 0 else None
        left = None if rate is None or record.state.ended else (total - done) / rate
    return Run(
        models=list(record.progress),
        progress=RunProgress(
            samples_total=total,
            samples_done=done,
            shards_total=record.shards * len(record.progress),
            shards_done=sum(len(part.finished) for part in parts),
            shards_failed=sum(len(part.failed) for part in parts),
            samples_a_second=rate,
            seconds_left=left,
        ),
        **record.model_dump(include=set(Run.model_fields) - {"models", "progress"}),
    )
