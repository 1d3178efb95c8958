"""What the service and the throw-away process say to each other, through files in one folder."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from backplane.throwaway import Refused
from domain.manifests import BrokenImage, SampleColumn

UPLOAD_FILE = "upload"
LABELS_FILE = "labels"
REQUEST_FILE = "request.json"
REPORT_FILE = "report.json"
SAMPLES_FILE = "samples.parquet"
LABEL_TABLE_FILE = "labels.csv"

LISTED_BROKEN = 1000
"""How many of the files left out are named in the manifest; all of them are counted."""

SHARD_SUFFIX = ".tar"


def shard_file(folder: Path, shard: int) -> Path:
    """Where the tar of a shard is left: once it is there it is whole, and so is the file of its thumbnails."""
    return folder / f"{shard:08d}{SHARD_SUFFIX}"


def thumbnail_file(folder: Path, shard: int) -> Path:
    """Where the thumbnails of a shard are left, if it has any."""
    return folder / f"{shard:08d}.thumbnails"


def index_file(folder: Path, shard: int) -> Path:
    """Where the index of a shard is left."""
    return folder / f"{shard:08d}.index"


class Limits(BaseModel):
    """What an import may take in: a picture beyond its limits is left out, a data set beyond its own is refused."""

    image_bytes: int
    image_pixels: int
    labels_bytes: int
    dataset_files: int
    dataset_bytes: int


class ImportRequest(BaseModel):
    """What the importer needs to know beside the files."""

    file_name: str
    limits: Limits


class Imported(BaseModel):
    """What came of it: everything of the manifest that the archive determines."""

    outcome: Literal["imported"] = "imported"
    samples: int
    shards: int
    shard_size: int
    labels: tuple[str, ...]
    labelled: int
    columns: tuple[SampleColumn, ...]
    broken: tuple[BrokenImage, ...]
    broken_count: int


class Report(BaseModel):
    """The file that the process leaves."""

    result: Imported | Refused

    def write(self, folder: Path) -> None:
        """Leaves the report in the folder."""
        (folder / REPORT_FILE).write_text(self.model_dump_json())
