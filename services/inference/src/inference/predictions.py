"""The answer of a model for one sample, as it passes between processes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RankedClass:
    """A class of an answer with its score in [0, 1]."""

    index: int
    name: str
    score: float


@dataclass(frozen=True)
class Prediction:
    """The answer for one sample: the best classes, and how the label's class scored, if there is one."""

    top: tuple[RankedClass, ...]
    label: str | None
    label_score: float | None


@dataclass(frozen=True)
class PredictedShard:
    """The answers for a shard: the part as Parquet, the embedding as `.npy` if it is wanted, and how many samples."""

    part: bytes
    embedding: bytes | None
    samples: int
