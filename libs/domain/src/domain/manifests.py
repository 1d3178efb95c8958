"""Manifests: the small documents that make an artifact exist.

Artifacts are immutable and their manifest is written last, so whoever finds a manifest finds everything it speaks of.
"""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from domain.labels import ClassLabels
from domain.preprocessing import Preprocessing


class Manifest(BaseModel):
    """What every manifest says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    created_at: datetime
    created_by: str


class Head(StrEnum):
    """What stood behind the logits of the original model, and so how scores are made of them."""

    SOFTMAX = "softmax"
    SIGMOID = "sigmoid"
    LOGITS = "logits"
    """Nothing: the model answers with logits. Scores for people are their softmax."""


class ModelManifest(Manifest):
    """A network that was imported: what it reads, what it answers, and what was changed on the way in."""

    network_digest: str = Field(description="SHA-256 of network and weights; equal digests explain equally.")
    input_shape: tuple[int, int, int] = Field(description="Height, width and channels.")
    head: Head
    preprocessing: Preprocessing
    labels: ClassLabels
    layers: int
    parameters: int
    multiply_adds: int = Field(default=0, description="Multiplications with additions that one picture costs.")
    weight_bytes: int = Field(default=0, description="Memory of all weights.")
    activation_bytes: int = Field(default=0, description="Memory of all layer outputs for one picture.")
    source: str = Field(default="", description="The name of the file, or `keras:NAME`.")
    changes: tuple[str, ...] = Field(default=(), description="What the import changed, in plain words.")


class BrokenImage(BaseModel):
    """A file of a data set that is no readable picture."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    reason: str


class ColumnKind(StrEnum):
    """What stands in a column of a data set."""

    LABEL = "label"
    """Text that classes samples in another way than the label does."""
    NUMBER = "number"
    TEXT = "text"


class SampleColumn(BaseModel):
    """What is known of every sample beside its label. In the table of samples its name has `column:` before it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: ColumnKind


class DatasetManifest(Manifest):
    """A data set that was imported: its size, its shards and the files left out."""

    samples: int
    shards: int
    shard_size: int = Field(description="Samples a shard; only the last may hold fewer.")
    labels: tuple[str, ...] = Field(default=(), description="The labels that occur, sorted.")
    labelled: int = Field(default=0, description="How many samples have a label.")
    columns: tuple[SampleColumn, ...] = Field(default=(), description="What else is known of the samples.")
    broken: tuple[BrokenImage, ...] = Field(default=(), description="The first thousand files left out.")
    broken_count: int = 0
