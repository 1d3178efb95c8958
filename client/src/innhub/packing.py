"""What is sent as one file: a file as it is, or folders and files as a tar that is made on the way and lies nowhere."""

import os
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from innhub.errors import HubError

_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_CHUNK_BYTES = 1024**2
_END = bytes(2 * tarfile.BLOCKSIZE)


@dataclass(frozen=True)
class Parcel:
    """Something to send: what to call it, how many bytes it has, and the bytes, to be taken once."""

    name: str
    size: int
    chunks: Iterator[bytes]


def file_parcel(path: Path) -> Parcel:
    """A file as it is.

    Raises:
        HubError: `FILE_NOT_FOUND`.
    """
    size = _size(path)
    return Parcel(path.name, size, _contents(path, size))


def packed(paths: Sequence[Path], name: str) -> Parcel:
    """One file as it is, or several files and folders as a tar.

    The files of a single folder are named by their paths below it, all others by those below the folder that all have
    in common. Those of a folder come in the order of their names.

    Args:
        paths: files and folders.
        name: what to call a tar, without its suffix.

    Raises:
        HubError: `FILE_NOT_FOUND`, or `ARGUMENT_INVALID` for no path, or for an archive among several paths.
    """
    if not paths:
        raise HubError("ARGUMENT_INVALID", "There is nothing to send.", "Name a file or a folder.")
    if len(paths) == 1 and not paths[0].is_dir():
        return file_parcel(paths[0])
    archive = next((path for path in paths if path.name.lower().endswith(_ARCHIVES) and not path.is_dir()), None)
    if archive is not None:
        raise HubError("ARGUMENT_INVALID", f"{archive} is an archive among others.", "Send an archive by itself.")
    whole = [path.absolute() for path in paths]
    root = whole[0] if len(whole) == 1 else PurePath(os.path.commonpath([path.parent for path in whole]))
    # Twice through the folders, rather than a list of a million files.
    size = len(_END) + sum(len(_header(file, root, size)) + _padded(size) for file, size in _files(whole))
    return Parcel(f"{name}.tar", size, _tar(whole, root, size))


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, int]]:
    """Each file with its size."""
    for path in paths:
        if path.is_dir():
            yield from _below(path)
        else:
            yield path, _size(path)


def _below(folder: Path) -> Iterator[tuple[Path, int]]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _below(Path(entry.path))
        elif entry.is_file():
            yield Path(entry.path), _size(Path(entry.path))


def _header(file: Path, root: PurePath, size: int) -> bytes:
    info = tarfile.TarInfo(file.relative_to(root).as_posix())
    info.size = size
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


def _tar(paths: Sequence[Path], root: PurePath, promised: int) -> Iterator[bytes]:
    sent = len(_END)
    for file, size in _files(paths):
        header = _header(file, root, size)
        sent += len(header) + _padded(size)
        yield header
        yield from _contents(file, size)
        yield bytes(_padded(size) - size)
    if sent != promised:
        raise HubError("FILE_CHANGED", f"Files below {root} changed while they were sent.", "Send them again.")
    yield _END


def _contents(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        left = size
        while left:
            chunk = stream.read(min(left, _CHUNK_BYTES))
            if not chunk:
                raise HubError("FILE_CHANGED", f"{path} became shorter while it was sent.", "Send it again.")
            left -= len(chunk)
            yield chunk


def _padded(size: int) -> int:
    return -(-size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise HubError("FILE_NOT_FOUND", f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
