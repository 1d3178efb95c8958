"""A data set leaves as a zip, in reads of bounded size, whatever it was imported with."""

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from backplane.artifacts import ArtifactStore, StoredObject
from backplane.layout import DatasetArtifacts
from domain.manifests import DatasetManifest
from gateway.datasets.archive import archive
from imaging.decode import ImageFormat
from imaging.shards import ShardWriter

ARTIFACTS = DatasetArtifacts("w/datasets/d")
Files = list[tuple[str, str | None, bytes]]


class Stored:
    """A data set in memory, which notes how much is read at once."""

    def __init__(self, folder: Path, files: Files, shard_size: int) -> None:
        self.objects: dict[str, bytes] = {}
        self.reads: list[int] = []
        with ShardWriter(folder, shard_size=shard_size) as writer:
            shards = [writer.add(path, label, data, 1, 1, ImageFormat.PNG) for path, label, data in files]
            shards.append(writer.finish())
        for shard in shards:
            if shard is not None:
                self.objects[ARTIFACTS.shard(shard.number)] = shard.tar.read_bytes()
                self.objects[ARTIFACTS.index(shard.number)] = shard.index
        self.manifest = DatasetManifest(
            id="d",
            name="d",
            created_at=datetime(2026, 1, 2, tzinfo=UTC),
            created_by="ann",
            samples=len(files),
            shards=-(-len(files) // shard_size),
            shard_size=shard_size,
        )

    def get(self, key: str, offset: int = 0, length: int = 0) -> bytes:
        self.reads.append(length)
        return self.objects[key][offset : offset + length if length else None]

    def list(self, prefix: str) -> Iterator[StoredObject]:
        return (StoredObject(key, len(data)) for key, data in self.objects.items() if key.startswith(prefix))

    def archive(self) -> Iterator[bytes]:
        return archive(cast(ArtifactStore, self), ARTIFACTS, self.manifest)


def test_all_files_leave_with_the_table_that_the_import_made(tmp_path: Path) -> None:
    files: Files = [("cat/ä 1.png", "cat", b"one"), ("dog/2.png", None, b"two" * 9), ("3.png", "cat", b"3")]
    stored = Stored(tmp_path, files, shard_size=2)
    stored.objects[ARTIFACTS.label_table] = b"path,label,age\n..."
    with zipfile.ZipFile(io.BytesIO(b"".join(stored.archive()))) as found:
        assert found.testzip() is None
        assert found.namelist() == ["labels.csv", "cat/ä 1.png", "dog/2.png", "3.png"]
        assert found.read("labels.csv") == b"path,label,age\n..."
        assert [found.read(path) for path, _, _ in files] == [data for _, _, data in files]


def test_a_data_set_without_a_stored_table_leaves_with_its_labels_and_twice_what_it_has_twice(tmp_path: Path) -> None:
    stored = Stored(tmp_path, [("a,b.png", 'the "cat"', b"1"), ("x.png", None, b"2"), ("x.png", "dog", b"3")], 2)
    with zipfile.ZipFile(io.BytesIO(b"".join(stored.archive()))) as found:
        rows = list(csv.reader(io.StringIO(found.read("labels.csv").decode())))
        assert rows == [["path", "label"], ["a,b.png", 'the "cat"'], ["x.png", ""], ["x.png", "dog"]]
        assert [found.read(info) for info in found.infolist()[1:]] == [b"1", b"2", b"3"]


def test_samples_are_read_together_but_never_very_many_bytes(tmp_path: Path) -> None:
    stored = Stored(tmp_path, [(f"{number}.png", None, bytes(1_000_000)) for number in range(20)], 20)
    tracemalloc.start()
    size = sum(map(len, stored.archive()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 20_000_000
    ranges = [length for length in stored.reads if length]
    assert len(ranges) == 3
    assert max(ranges) <= 8 * 1024**2
    assert peak < 20_000_000
