"""The real throw-away process that imports data sets, run once in a folder, and archives to give it."""

import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import polars as pl
from PIL import Image

from backplane.throwaway import Refused
from suggest.importing.exchange import (
    LABELS_FILE,
    REPORT_FILE,
    REQUEST_FILE,
    SAMPLES_FILE,
    UPLOAD_FILE,
    Imported,
    ImportRequest,
    Limits,
    Report,
)

LIMITS = Limits(
    image_bytes=1_000_000, image_pixels=1_000_000, labels_bytes=10_000, dataset_files=1000, dataset_bytes=10_000_000
)
Files = dict[str, bytes]


def picture(colour: str = "red", kind: str = "PNG", size: tuple[int, int] = (8, 6), mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).convert(mode).save(file, kind)
    return file.getvalue()


def zipped(files: Files) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def tarred(files: Files, mode: str = "w") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return file.getvalue()


class Import:
    """One run of the process, and what it left."""

    def __init__(self, folder: Path, upload: bytes, name: str, labels: bytes | None, limits: Limits) -> None:
        self.folder = folder
        (folder / UPLOAD_FILE).write_bytes(upload)
        (folder / REQUEST_FILE).write_text(ImportRequest(file_name=name, limits=limits).model_dump_json())
        if labels is not None:
            (folder / LABELS_FILE).write_bytes(labels)
        ended = subprocess.run(
            [sys.executable, "-m", "suggest.importing", str(folder)], capture_output=True, check=False, timeout=60
        )
        assert ended.returncode == 0, ended.stderr.decode()
        self.result = Report.model_validate_json((folder / REPORT_FILE).read_bytes()).result

    @property
    def imported(self) -> Imported:
        assert isinstance(self.result, Imported), self.result
        return self.result

    @property
    def refused(self) -> Refused:
        assert isinstance(self.result, Refused), self.result
        return self.result

    @property
    def samples(self) -> pl.DataFrame:
        return pl.read_parquet(self.folder / SAMPLES_FILE)

    @property
    def labels(self) -> dict[str, str | None]:
        return dict(zip(self.samples["path"], self.samples["label"], strict=True))

    @property
    def broken(self) -> dict[str, str]:
        return {image.path: image.reason for image in self.imported.broken}
