"""Uploads: files that arrive in pieces, each an object named by its offset, so that any of them can be the last.

An upload needs no state beside its objects: how far it has come is read from their names and sizes, and whoever was
interrupted goes on from there.
"""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from backplane import disk
from backplane.artifacts import ArtifactMissingError, ArtifactStore
from backplane.layout import Layout, UploadArtifacts
from domain.errors import HubError, Reason

PIECE_BYTES = 8 * 1024**2


class Upload(BaseModel):
    """What was promised when the upload began."""

    id: str
    file_name: str
    created_by: str


class Uploads:
    """The uploads of one workspace. All calls block."""

    def __init__(self, store: ArtifactStore, workspace: str) -> None:
        self._store = store
        self._layout = Layout(workspace)

    def begin(self, upload: Upload) -> None:
        """Makes an upload without any bytes yet."""
        self._store.put(self._paths(upload.id).manifest, upload.model_dump_json().encode(), "application/json")

    def open(self, upload: str) -> Upload:
        """The upload of that id.

        Raises:
            HubError: `UPLOAD_NOT_FOUND`.
        """
        try:
            return Upload.model_validate_json(self._store.get(self._paths(upload).manifest))
        except ArtifactMissingError as error:
            raise HubError(
                Reason.UPLOAD_NOT_FOUND, f"There is no upload {upload!r}.", "Begin one with POST .../uploads."
            ) from error

    def size(self, upload: str) -> int:
        """How many bytes have arrived without a gap."""
        size = 0
        for piece in self._store.list(self._paths(upload).pieces):
            if piece.key != self._paths(upload).piece(size):
                break
            size += piece.size
        return size

    def append(self, upload: str, offset: int, piece: bytes) -> None:
        """Stores the bytes that begin at an offset. The same piece again changes nothing.

        Nor does the beginning of it: a connection that was given up for lost may still bring what it had.
        """
        key = self._paths(upload).piece(offset)
        if all(stored.size < len(piece) for stored in self._store.list(key)):
            self._store.put(key, piece)

    def download(self, upload: str, path: Path, most_bytes: int) -> None:
        """Joins all pieces in a file.

        Raises:
            HubError: `TOO_LARGE`; `SERVICE_UNAVAILABLE` where the disk is full.
        """
        if (size := self.size(upload)) > most_bytes:
            raise HubError(
                Reason.TOO_LARGE,
                f"The file has {size:,} bytes; {most_bytes:,} are the most that are imported.",
                "Split it, or ask an operator for a larger limit.",
            )
        with disk.writing(), path.open("wb") as stream:
            for piece in self._pieces(upload):
                stream.write(piece)

    def read(self, upload: str) -> bytes:
        """All bytes of a small upload.

        Raises:
            HubError: `TOO_LARGE` beyond one piece.
        """
        self.open(upload)
        if self.size(upload) > PIECE_BYTES:
            raise HubError(Reason.TOO_LARGE, f"The upload {upload!r} is larger than 8 MB.")
        return b"".join(self._pieces(upload))

    def delete(self, upload: str) -> None:
        """Removes an upload with all its pieces."""
        self._store.delete(f"{self._paths(upload).root}/")

    def _pieces(self, upload: str) -> Iterator[bytes]:
        paths, offset, size = self._paths(upload), 0, self.size(upload)
        while offset < size:
            piece = self._store.get(paths.piece(offset))
            yield piece
            offset += len(piece)

    def _paths(self, upload: str) -> UploadArtifacts:
        return self._layout.upload(upload)
