"""What the service and the throw-away process say to each other, through files in one folder."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from backplane.throwaway import Refused
from domain.labels import ClassLabels
from domain.manifests import Head
from domain.preprocessing import Preprocessing

MODEL_FILE = "model"
REQUEST_FILE = "request.json"
REPORT_FILE = "report.json"
NETWORK_FILE = "network.json"
WEIGHTS_FILE = "weights.safetensors"


class ImportRequest(BaseModel):
    """What the importer needs to know beside the file."""

    file_name: str
    labels: ClassLabels | None = None
    preprocessing: Preprocessing | None = None


class Imported(BaseModel):
    """What came of it: everything of the manifest that the file determines."""

    outcome: Literal["imported"] = "imported"
    network_digest: str
    input_shape: tuple[int, int, int]
    head: Head
    preprocessing: Preprocessing
    labels: ClassLabels
    layers: int
    parameters: int
    changes: tuple[str, ...]


class Report(BaseModel):
    """The file that the process leaves."""

    result: Imported | Refused

    def write(self, folder: Path) -> None:
        """Leaves the report in the folder."""
        (folder / REPORT_FILE).write_text(self.model_dump_json())
