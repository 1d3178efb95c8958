"""What the service and the throw-away process say to each other, through files in one folder."""

from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from backplane.throwaway import Refused
from domain.labels import ClassLabels
from domain.manifests import Head
from domain.preprocessing import Preprocessing

MODEL_FILE = "model"
PRETRAINED_FILE = "pretrained"
HISTORY_FILE = "history"
REQUEST_FILE = "request.json"
REPORT_FILE = "report.json"
NETWORK_FILE = "network.json"
WEIGHTS_FILE = "weights.safetensors"
STATISTICS_FILE = "weight_statistics.json"
TRAINING_FILE = "training.json"


class Pretrained(StrEnum):
    """Where the weights of a model of keras.applications come from."""

    IMAGENET = "imagenet"
    """Keras' own download."""
    NONE = "none"
    """Random ones, as before any training."""
    FILE = "file"


class ImportRequest(BaseModel):
    """What the importer needs to know beside the file."""

    source: str
    """The name of the file, or `keras:NAME`."""
    builtin: str = ""
    pretrained: Pretrained = Pretrained.IMAGENET
    keras_home: str = ""
    """Where Keras keeps what it downloaded; for a download only."""
    labels: ClassLabels | None = None
    preprocessing: Preprocessing | None = None


class Imported(BaseModel):
    """What came of it: everything of the manifest that the file determines."""

    outcome: Literal["imported"] = "imported"
    source: str
    network_digest: str
    input_shape: tuple[int, int, int]
    head: Head
    preprocessing: Preprocessing
    labels: ClassLabels
    layers: int
    parameters: int
    multiply_adds: int
    weight_bytes: int
    activation_bytes: int
    changes: tuple[str, ...]


class Report(BaseModel):
    """The file that the process leaves."""

    result: Imported | Refused

    def write(self, folder: Path) -> None:
        """Leaves the report in the folder."""
        (folder / REPORT_FILE).write_text(self.model_dump_json())
