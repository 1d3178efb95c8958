"""Sending files: in pieces, with progress, and from where it broke off."""

import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from innhub.connection import Connection
from innhub.errors import HubError

Progress = Callable[[int, int], None]
"""Called with how many bytes are sent, and how many there are."""

_PIECE_BYTES = 8 * 1024**2
_ATTEMPTS = 5


def send(connection: Connection, path: Path, progress: Progress | None = None) -> str:
    """Uploads a file; returns the id of the upload.

    Raises:
        HubError: the file cannot be read, or the hub refused it.
    """
    try:
        total = path.stat().st_size
    except OSError as error:
        raise HubError("FILE_NOT_FOUND", f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    upload = str(connection.post(connection.path("uploads"), {"file_name": path.name})["id"])
    offset, attempts = 0, 0
    with path.open("rb") as stream:
        while offset < total:
            stream.seek(offset)
            piece = stream.read(_PIECE_BYTES)
            try:
                answer = connection.request(
                    "PUT", connection.path(f"uploads/{upload}"), params={"offset": offset}, content=piece
                )
                offset, attempts = int(answer.json()["offset"]), 0
            except HubError as error:
                attempts += 1
                if error.status not in {0, 409, 503} or attempts == _ATTEMPTS:
                    raise
                time.sleep(0.2 * 2**attempts)
                offset = int(connection.get(connection.path(f"uploads/{upload}"))["offset"])
            if progress is not None:
                progress(offset, total)
    return upload


@contextmanager
def packed(path: Path) -> Iterator[Path]:
    """A file that can be sent: the file itself, or a folder as a tar in its order of names."""
    if not path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / f"{path.resolve().name or 'folder'}.tar"
        with tarfile.open(archive, "w") as tar:
            for file in sorted(path.rglob("*")):
                if file.is_file():
                    tar.add(file, arcname=str(file.relative_to(path)), recursive=False)
        yield archive
