"""How the samples of a data set are stored: original files in plain tar files, each with an index beside it.

A run streams a shard from end to end; a single sample is one range read, for the index says where it lies. Thumbnails
of large pictures lie in a file beside the tar, one behind the other, and are range reads as well.
Sample `number` stands in shard `number // shard_size`, so no catalogue of a million entries is ever needed.
"""

import re
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Self

from domain.errors import HubError, Reason
from domain.samples import SampleEntry, write_index
from imaging.decode import ImageFormat

SHARD_SIZE = 256

_LONGEST_NAME = 80
"""Characters; with the number before it, a name stays below the 100 that the oldest tar format holds."""

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Shard:
    """A finished shard: its number from 0, its tar file, the bytes of its index, and its count of samples.

    The file of thumbnails is None where no sample has one.
    """

    number: int
    tar: Path
    index: bytes
    samples: int
    thumbnails: Path | None


class ShardWriter:
    """Writes samples into shards, one at a time, with memory for no more than one sample and one index.

    Use it as a context manager, and do not forget the last shard:

        with ShardWriter(directory) as writer:
            for ...:
                if shard := writer.add(...):
                    store(shard)
            if shard := writer.finish():
                store(shard)

    A finished tar file belongs to the caller, who removes it once it is stored. What an error leaves half
    written is removed at the end of the context.

    Args:
        directory: an existing one, for the tar files.
        shard_size: samples a shard; only the last may hold fewer.
    """

    def __init__(self, directory: Path, *, shard_size: int = SHARD_SIZE) -> None:
        if shard_size < 1:
            raise HubError(
                Reason.ARGUMENT_INVALID, f"The shard size is {shard_size}.", "Give 1 sample a shard or more."
            )
        self._directory = directory
        self._shard_size = shard_size
        self._number = 0
        self._shard = 0
        self._tar: tarfile.TarFile | None = None
        self._thumbnails: BinaryIO | None = None
        self._entries: list[SampleEntry] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._tar is not None:
            self._tar.close()
            self._path.unlink(missing_ok=True)
            self._tar = None
        if self._thumbnails is not None:
            self._thumbnails.close()
            self._thumbnail_path.unlink(missing_ok=True)
            self._thumbnails = None

    def add(
        self,
        path: str,
        label: str | None,
        data: bytes,
        width: int,
        height: int,
        image_format: ImageFormat,
        thumbnail: bytes | None = None,
    ) -> Shard | None:
        """Write one sample.

        Args:
            path: where the file lay in what was imported; stored as it is, used for no file name but a
                cleaned one.
            label: or None.
            data: the file as it came, not empty.
            width: of the upright picture, in pixels.
            height: of the upright picture, in pixels.
            image_format: of the file.
            thumbnail: a small picture of it as a file, or None.

        Returns:
            The shard that this sample filled, or None.
        """
        if self._tar is None:
            self._tar = tarfile.TarFile(self._path, "w", format=tarfile.USTAR_FORMAT)
        member = tarfile.TarInfo(f"{self._number:012d}/{_safe_name(path)}")
        member.size = len(data)
        entry = SampleEntry(
            number=self._number,
            path=_storable(path),
            label=None if label is None else _storable(label),
            width=width,
            height=height,
            format=image_format,
            # Short names in plain letters take one header block and no extension, whatever the path was.
            offset=self._tar.offset + tarfile.BLOCKSIZE,
            size=len(data),
            thumbnail_offset=None if thumbnail is None else self._keep(thumbnail),
            thumbnail_size=None if thumbnail is None else len(thumbnail),
        )
        self._tar.addfile(member, BytesIO(data))
        self._entries.append(entry)
        self._number += 1
        return self.finish() if len(self._entries) == self._shard_size else None

    def finish(self) -> Shard | None:
        """Close and return the shard that is being written; None if nothing was added since the last one."""
        if self._tar is None:
            return None
        self._tar.close()
        shard = Shard(
            number=self._shard,
            tar=self._path,
            index=write_index(tuple(self._entries)),
            samples=len(self._entries),
            thumbnails=None if self._thumbnails is None else self._thumbnail_path,
        )
        if self._thumbnails is not None:
            self._thumbnails.close()
        self._tar = self._thumbnails = None
        self._entries = []
        self._shard += 1
        return shard

    def _keep(self, thumbnail: bytes) -> int:
        """Writes a thumbnail behind the others of the shard; returns where it begins."""
        if self._thumbnails is None:
            self._thumbnails = self._thumbnail_path.open("wb")
        offset = self._thumbnails.tell()
        self._thumbnails.write(thumbnail)
        return offset

    @property
    def _path(self) -> Path:
        return self._directory / f"{self._shard:08d}.tar"

    @property
    def _thumbnail_path(self) -> Path:
        return self._path.with_suffix(".thumbnails")


def iterate(shard: bytes | IO[bytes], index: Iterable[SampleEntry]) -> Iterator[tuple[SampleEntry, bytes]]:
    """The samples of a shard with the bytes of their files, in one pass from its beginning.

    Args:
        shard: the whole tar file, or a file object at its beginning. It is only read forward, so that it can
            be the body of a response.
        index: the entries that are wanted, all or some.

    Raises:
        HubError: `ARCHIVE_CORRUPT` if the shard ends too early, or two entries overlap.
    """
    file = BytesIO(shard) if isinstance(shard, bytes) else shard
    position = 0
    for entry in sorted(index, key=lambda entry: entry.offset):
        if entry.offset < position:
            raise _corrupt(f"sample {entry.number} begins before the one in front of it has ended")
        for _ in _chunks(file, entry.offset - position, entry):
            pass
        yield entry, b"".join(_chunks(file, entry.size, entry))
        position = entry.offset + entry.size


def _chunks(file: IO[bytes], count: int, entry: SampleEntry) -> Iterator[bytes]:
    """The next `count` bytes, in parts: a response may hand out fewer than it is asked for."""
    while count:
        chunk = file.read(min(count, _CHUNK))
        if not chunk:
            raise _corrupt(f"it ends before the end of sample {entry.number} ({entry.path})")
        count -= len(chunk)
        yield chunk


def _safe_name(path: str) -> str:
    """A file name that no tar reader can misunderstand; its end is kept, for the sake of the suffix."""
    name = re.sub(r"[^A-Za-z0-9._-]", "_", PurePosixPath(path.replace("\\", "/")).name)
    return name[-_LONGEST_NAME:].lstrip(".-") or "sample"


def _storable(text: str) -> str:
    """The text without lone surrogates, which stand for bytes that were no UTF-8 in names from old archives."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _corrupt(why: str) -> HubError:
    return HubError(Reason.ARCHIVE_CORRUPT, f"A shard of the data set is damaged: {why}.", "Import the data set again.")
