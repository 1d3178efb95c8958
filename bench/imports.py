"""`python -m bench.imports [COUNT]`: how fast data sets are imported, and that it takes no more memory for large ones.

Small pictures in a tar, with a table of labels and two more columns, go through the importer of the suggest service: it
fetches them from a real S3 server, reads them in its throw-away process, and stores the shards. A tenth of the pictures
comes first, so that the memory of both can be compared.
"""

import asyncio
import io
import json
import os
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psutil
from PIL import Image

from backplane.artifacts import ArtifactStore
from backplane.catalogue import Catalogue
from backplane.settings import StoreSettings
from backplane.uploads import PIECE_BYTES, Upload, Uploads
from bench.__main__ import RESULTS
from laptop import infrastructure
from laptop.home import Home
from laptop.ports import FreePorts
from suggest.dataset_import import DatasetImport, DatasetImporter
from suggest.settings import SuggestSettings

_PORT = 18_970
_SIDE = 28
_CLASSES = 1000
_LOOK_SECONDS = 0.02
_WORKSPACE = "bench"


@dataclass(frozen=True)
class Measured:
    """One import."""

    samples: int
    seconds: float
    peak_bytes: int
    """Of the throw-away process."""


def main(count: int) -> None:
    """Imports a tenth and the whole, prints the figures and keeps them in bench/results."""
    with TemporaryDirectory() as folder, running_store(Path(folder)) as reach:
        settings = SuggestSettings.model_validate({"store": reach, "bus": {"url": "nats://nowhere"}})
        small, large = (measured(settings, number, Path(folder)) for number in (count // 10, count))
    figures = {
        f"import of {large.samples} pictures of {_SIDE} px [images/s]": large.samples / large.seconds,
        f"peak memory of the process at {small.samples} [MB]": small.peak_bytes / 1e6,
        f"peak memory of the process at {large.samples} [MB]": large.peak_bytes / 1e6,
        "ratio of the two": large.peak_bytes / small.peak_bytes,
        "bytes a sample between the two": (large.peak_bytes - small.peak_bytes) / (large.samples - small.samples),
    }
    for name, value in figures.items():
        print(f"{name:64} {value:10.2f}")
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"imports-{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(json.dumps(figures, indent=2) + "\n")


def measured(settings: SuggestSettings, count: int, folder: Path) -> Measured:
    """Imports so many pictures, and removes them again."""
    store = ArtifactStore.connect(settings.store)
    store.ensure_bucket()
    uploads = Uploads(store, _WORKSPACE)
    archive, table = folder / "pictures.tar", folder / "labels.csv"
    write(archive, table, count)
    for name, file in (("pictures", archive), ("labels", table)):
        send(uploads, name, file)
    work = DatasetImport(_WORKSPACE, f"d{count}", "pictures", "bench", "pictures", "labels")
    importer = DatasetImporter(store, settings)
    begun = time.perf_counter()
    peak = asyncio.run(_watched(importer, work))
    seconds = time.perf_counter() - begun
    manifest = Catalogue(store).dataset(_WORKSPACE, work.dataset)
    assert (manifest.samples, manifest.labelled, len(manifest.columns)) == (count, count, 2), manifest
    asyncio.run(importer.forget(work))
    return Measured(count, seconds, peak)


def write(archive: Path, table: Path, count: int) -> None:
    """A tar of small pictures of noise, all different, and what is known of them."""
    generator = np.random.default_rng(0)
    with tarfile.open(archive, "w") as tar, table.open("w") as rows:
        rows.write("path,label,age,note\n")
        for number in range(count):
            file = io.BytesIO()
            Image.fromarray(generator.integers(0, 256, (_SIDE, _SIDE), np.uint8)).save(file, "PNG", compress_level=1)
            label = f"class-{number % _CLASSES:04d}"
            member = tarfile.TarInfo(f"train/{label}/{number:08d}.png")
            member.size = file.tell()
            file.seek(0)
            tar.addfile(member, file)
            rows.write(f"{member.name},{label},{number % 97},note {number}\n")


def send(uploads: Uploads, name: str, file: Path) -> None:
    """Stores a file as the gateway does."""
    uploads.begin(Upload(id=name, file_name=file.name, created_by="bench"))
    offset = 0
    with file.open("rb") as stream:
        while piece := stream.read(PIECE_BYTES):
            uploads.append(name, offset, piece)
            offset += len(piece)


async def _watched(importer: DatasetImporter, work: DatasetImport) -> int:
    """Imports, and returns the most memory that the throw-away process has held."""
    peak, importing = 0, asyncio.create_task(importer.run(work))
    while not importing.done():
        for child in psutil.Process().children():
            peak = max(peak, _held(child.pid))
        await asyncio.wait({importing}, timeout=_LOOK_SECONDS)
    await importing
    return peak


def _held(process: int) -> int:
    """The most memory of a process so far, in bytes; 0 for one that does not import or is gone."""
    try:
        if b"suggest.importing" not in Path(f"/proc/{process}/cmdline").read_bytes():
            return 0
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)


@contextmanager
def running_store(folder: Path) -> Iterator[StoreSettings]:
    """A real S3 server for the time of a measurement."""
    home = Home(folder / "home")
    home.prepare()
    program, reach = infrastructure.store(home, FreePorts(_PORT))
    environment = {**os.environ, **program.environment}
    silent = subprocess.DEVNULL
    with subprocess.Popen(
        program.command, cwd=program.folder, env=environment, stdout=silent, stderr=silent
    ) as process:
        try:
            while not asyncio.run(program.ready()):
                assert process.poll() is None, "the S3 server has ended"
                time.sleep(0.1)
            keys = {name.removeprefix("INNHUB_S3_").lower(): value for name, value in reach.items()}
            yield StoreSettings.model_validate(keys)
        finally:
            process.terminate()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
