"""A data set on its way out: a zip of the original files and a table of all that is known of them.

It is made as it is read, a few megabytes at a time. What stays in memory is the directory at the end of a zip, about
300 bytes a sample.
"""

import csv
import io
import stat
from collections.abc import Iterator

from stream_zip import NO_COMPRESSION_64, ZIP_64, MemberFile, stream_zip

from backplane.artifacts import ArtifactStore
from backplane.layout import DatasetArtifacts
from domain.manifests import DatasetManifest
from domain.samples import SampleEntry, read_index

TABLE = "labels.csv"
"""The name that an import looks for, too."""

_READ_BYTES = 8 * 1024**2
_MODE = stat.S_IFREG | 0o644


def archive(store: ArtifactStore, artifacts: DatasetArtifacts, manifest: DatasetManifest) -> Iterator[bytes]:
    """The bytes of the zip. Reading them blocks.

    Args:
        store: where the data set is.
        artifacts: of the data set.
        manifest: of the data set.
    """
    return iter(stream_zip(_members(store, artifacts, manifest)))


def _members(store: ArtifactStore, artifacts: DatasetArtifacts, manifest: DatasetManifest) -> Iterator[MemberFile]:
    stored = next(store.list(artifacts.label_table), None)
    table = _ranges(store, stored.key, stored.size) if stored else _labels(store, artifacts, manifest)
    yield TABLE, manifest.created_at, _MODE, ZIP_64, table
    for shard in range(manifest.shards):
        for entries in _batches(_index(store, artifacts, shard)):
            start = entries[0].offset
            length = entries[-1].offset + entries[-1].size - start
            data = store.get(artifacts.shard(shard), offset=start, length=length)
            for entry in entries:
                picture = data[entry.offset - start : entry.offset - start + entry.size]
                # Pictures are compressed already.
                yield entry.path, manifest.created_at, _MODE, NO_COMPRESSION_64, [picture]


def _index(store: ArtifactStore, artifacts: DatasetArtifacts, shard: int) -> tuple[SampleEntry, ...]:
    return read_index(store.get(artifacts.index(shard)))


def _batches(entries: tuple[SampleEntry, ...]) -> Iterator[list[SampleEntry]]:
    """Samples that lie side by side, as many as are read at once; one that is larger comes alone."""
    batch: list[SampleEntry] = []
    for entry in entries:
        if batch and entry.offset + entry.size - batch[0].offset > _READ_BYTES:
            yield batch
            batch = []
        batch.append(entry)
    if batch:
        yield batch


def _ranges(store: ArtifactStore, key: str, size: int) -> Iterator[bytes]:
    for offset in range(0, size, _READ_BYTES):
        yield store.get(key, offset=offset, length=min(_READ_BYTES, size - offset))


def _labels(store: ArtifactStore, artifacts: DatasetArtifacts, manifest: DatasetManifest) -> Iterator[bytes]:
    """The table of a data set that was imported before such were stored: it has paths and labels only."""
    rows: list[tuple[str, str | None]] = [("path", "label")]
    for shard in range(manifest.shards):
        text = io.StringIO()
        csv.writer(text).writerows([*rows, *((entry.path, entry.label) for entry in _index(store, artifacts, shard))])
        yield text.getvalue().encode()
        rows = []
