"""What was uploaded, file by file: a zip, a tar (plain or compressed), or a single picture. Known by content.

Nothing is unpacked: a file's bytes exist only while it is looked at, and no link or device of an archive is followed.
"""

import bz2
import gzip
import lzma
import stat
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self
from zipfile import ZipFile, ZipInfo

from domain.errors import HubError, Reason
from suggest.importing import paths

Stream = IO[bytes] | gzip.GzipFile

_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED = 1
"""The bit that says so among those of a file in a zip."""
_DECOMPRESSORS: Mapping[bytes, Callable[[Path], Stream]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
_SEND_AGAIN = "Check that the archive opens on your own computer, and upload it again."


@dataclass(frozen=True)
class Member:
    """A file of an archive.

    `problem` says why it must not be read, or is empty. `read` gives its first bytes, at most as many as it is asked
    for, and only before the next member is taken; it raises `HubError`: `IMAGE_BROKEN` where the damage ends with this
    file, `ARCHIVE_CORRUPT` where nothing that follows can be read either.
    """

    path: str
    problem: str
    read: Callable[[int], bytes]


def members(upload: Path, file_name: str) -> Iterator[Member]:
    """The files of an upload, without directories: of a zip sorted by folders and names, of a tar as they come.

    What is no archive counts as a single file with the name of the upload.

    Raises:
        HubError: `ARCHIVE_CORRUPT`, perhaps after some members.
    """
    with upload.open("rb") as stream:
        beginning = stream.read(8)
    if beginning.startswith(_ZIP_MAGIC):
        return _zip_members(upload, file_name)
    for magic, decompressor in _DECOMPRESSORS.items():
        if beginning.startswith(magic):
            return _tar_members(upload, decompressor, file_name)
    if tarfile.is_tarfile(upload):
        return _tar_members(upload, lambda path: path.open("rb"), file_name)
    return iter([_member(PurePosixPath(file_name.replace("\\", "/")).name, "", partial(_file_read, upload))])


def _member(name: str, kind_problem: str, read: Callable[[int], bytes]) -> Member:
    problem = "it leads out of the archive" if paths.leads_out(name) else kind_problem
    return Member(paths.cleaned(name), f"unsafe path: {problem}" if problem else "", read)


def _file_read(upload: Path, most: int) -> bytes:
    with upload.open("rb") as stream:
        return stream.read(most)


def _zip_members(upload: Path, file_name: str) -> Iterator[Member]:
    with _problems_as(Reason.ARCHIVE_CORRUPT, f"{file_name!r} is a damaged zip archive", _SEND_AGAIN):
        archive = ZipFile(upload)
    with archive:
        for info in sorted(archive.infolist(), key=_in_folders):
            if not info.is_dir():
                kind = stat.S_IFMT(info.external_attr >> 16)
                problem = "" if kind in (0, stat.S_IFREG) else _kind_problem(is_link=kind == stat.S_IFLNK)
                yield _member(info.filename, problem, partial(_zip_read, archive, info))


def _in_folders(info: ZipInfo) -> str:
    """Sorts as a folder is read: what lies in `a/` comes before `a-b`, as in the tars that our client makes."""
    return info.filename.replace("/", "\0")


def _zip_read(archive: ZipFile, info: ZipInfo, most: int) -> bytes:
    if info.flag_bits & _ENCRYPTED:
        raise HubError(Reason.IMAGE_BROKEN, "The file is encrypted.", "Make the archive without a password.")
    with (
        _problems_as(Reason.IMAGE_BROKEN, "The file cannot be read from the archive", _SEND_AGAIN),
        archive.open(info) as stream,
    ):
        return stream.read(most)


class _StrictHeader(tarfile.TarInfo):
    """A header that must be whole: `tarfile` alone takes damage between two files for the end of the archive."""

    @classmethod
    def fromtarfile(cls, tarfile_: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(tarfile_)
        except (tarfile.EOFHeaderError, tarfile.EmptyHeaderError):  # type: ignore[attr-defined]
            raise
        except tarfile.HeaderError as problem:
            raise tarfile.ReadError(str(problem)) from problem


def _tar_members(upload: Path, opened: Callable[[Path], Stream], file_name: str) -> Iterator[Member]:
    damage = partial(_problems_as, Reason.ARCHIVE_CORRUPT, f"{file_name!r} is no tar archive or damaged", _SEND_AGAIN)
    with opened(upload) as stream:
        with damage():
            archive = tarfile.open(fileobj=stream, mode="r|", tarinfo=_StrictHeader)  # noqa: SIM115
        while True:
            with damage():
                info = archive.next()
            if info is None:
                return
            # It keeps every header it has met, which would be the memory of a million of them.
            archive.members.clear()  # type: ignore[attr-defined]
            if not info.isdir():
                problem = "" if info.isreg() else _kind_problem(is_link=info.issym() or info.islnk())
                yield _member(info.name, problem, partial(_tar_read, archive, info, damage))


def _tar_read(archive: tarfile.TarFile, info: tarfile.TarInfo, damage: Callable[[], Any], most: int) -> bytes:
    with damage():
        stream = archive.extractfile(info)
        return b"" if stream is None else stream.read(most)


def _kind_problem(*, is_link: bool) -> str:
    return "it is a link" if is_link else "it is a device or a pipe"


@contextmanager
def _problems_as(reason: Reason, words: str, advice: str) -> Iterator[None]:
    """Hostile bytes make the readers of archives raise nearly anything; whatever it is means the same."""
    try:
        yield
    except (HubError, MemoryError):
        raise
    except Exception as problem:
        why = str(problem).rstrip(".") or type(problem).__name__
        raise HubError(reason, f"{words} ({why}).", advice) from problem
