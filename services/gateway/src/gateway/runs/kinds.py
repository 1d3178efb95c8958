"""The words of runs: what they do, how far they are, how urgent they are, and which queue their work stands on."""

from enum import StrEnum


class RunQueue(StrEnum):
    """A queue, by who works on it."""

    SHARDS = "shards"
    """Inference."""
    EXPLAINED_SHARDS = "explained_shards"
    """The explainers."""
    STATISTICS = "statistics"
    """Suggest."""


class RunKind(StrEnum):
    """What a run does with every sample."""

    PREDICT = "predict"
    ACTIVATIONS = "activations"
    EXPLAIN = "explain"
    PATTERNS = "patterns"
    QUALITY = "quality"
    UMAP = "umap"
    CLUSTERS = "clusters"

    @property
    def queue(self) -> RunQueue:
        """Where its tasks stand."""
        return _QUEUES[self]

    @property
    def explains(self) -> bool:
        """Whether it says what is explained of every sample."""
        return self in {RunKind.EXPLAIN, RunKind.QUALITY}

    @property
    def by_shard(self) -> bool:
        """Whether there is a task a shard; else there is one a model, which counts as shard 0."""
        return self not in {RunKind.UMAP, RunKind.CLUSTERS}


_QUEUES = {
    RunKind.PREDICT: RunQueue.SHARDS,
    RunKind.ACTIVATIONS: RunQueue.SHARDS,
    RunKind.EXPLAIN: RunQueue.EXPLAINED_SHARDS,
    RunKind.PATTERNS: RunQueue.EXPLAINED_SHARDS,
    RunKind.QUALITY: RunQueue.EXPLAINED_SHARDS,
    RunKind.UMAP: RunQueue.STATISTICS,
    RunKind.CLUSTERS: RunQueue.STATISTICS,
}


class RunState(StrEnum):
    """How far a run has come."""

    PENDING = "pending"
    RUNNING = "running"
    PAUSED = "paused"
    """The quota of whoever began it is used up; it goes on by itself."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self in {RunState.DONE, RunState.FAILED, RunState.CANCELLED}


class Priority(StrEnum):
    """Which of a person's runs goes first. It gives nobody an advantage over other people."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"
