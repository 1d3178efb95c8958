"""Sending files: in pieces, with progress, and from where it broke off."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from innhub.connection import Connection
from innhub.errors import HubError
from innhub.packing import Parcel, file_parcel

Progress = Callable[[int, int], None]
"""Called with how many bytes are sent, and how many there are."""

PATIENCE_SECONDS = 90.0
"""How long a hub may stay away before the sending is given up."""

_PIECE_BYTES = 8 * 1024**2
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 5.0


def send(connection: Connection, path: Path, progress: Progress | None = None) -> str:
    """Uploads a file; returns the id of the upload.

    Raises:
        HubError: the file cannot be read, or the hub refused it.
    """
    return send_parcel(connection, file_parcel(path), progress)


def send_parcel(connection: Connection, parcel: Parcel, progress: Progress | None = None) -> str:
    """Uploads what was packed; returns the id of the upload.

    A connection that breaks, and a hub that is away for less than `PATIENCE_SECONDS`, delay it only: it goes on from
    what has arrived.

    Raises:
        HubError: it cannot be read, or the hub refused it, or stays away.
    """
    upload = str(connection.post(connection.path("uploads"), {"file_name": parcel.name})["id"])
    sending = _Sending(connection, connection.path(f"uploads/{upload}"))
    for piece in _pieces(parcel.chunks):
        sending.send(piece)
        if progress is not None:
            progress(sending.offset, parcel.size)
    return upload


class _Sending:
    """An upload on its way, and how far it has come."""

    def __init__(self, connection: Connection, path: str) -> None:
        self._connection = connection
        self._path = path
        self.offset = 0

    def send(self, piece: bytes) -> None:
        """Sends the bytes that follow, as often as it takes."""
        start, end = self.offset, self.offset + len(piece)
        broken, pause, gave_way = False, _FIRST_PAUSE_SECONDS, time.monotonic()
        while self.offset < end:
            try:
                arrived = self._arrived(start, end) if broken else self.offset
                if arrived > self.offset:
                    self.offset, pause, gave_way = arrived, _FIRST_PAUSE_SECONDS, time.monotonic()
                if arrived < end:
                    self.offset = self._put(arrived, piece[arrived - start :])
            except HubError as error:
                if not _passes(error) or time.monotonic() + pause > gave_way + PATIENCE_SECONDS:
                    raise
                time.sleep(pause)
                broken, pause = True, min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _put(self, offset: int, data: bytes) -> int:
        answer = self._connection.request("PUT", self._path, params={"offset": offset}, content=data)
        return int(answer.json()["offset"])

    def _arrived(self, start: int, end: int) -> int:
        """How many bytes the hub has by now; only this piece can be sent again."""
        arrived = int(self._connection.get(self._path)["offset"])
        if not start <= arrived <= end:
            raise HubError(
                "UPLOAD_BROKEN", f"The hub has {arrived:,} bytes where {start:,} were sent.", "Send it anew."
            )
        return arrived


def _passes(error: HubError) -> bool:
    """Whether it is worth trying again: the hub was not reached, wants another offset, or has trouble for a while."""
    return error.reason == "HUB_UNREACHABLE" or error.status in {409, 502, 503, 504}


def _pieces(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size; only the last may be shorter."""
    piece = bytearray()
    for chunk in chunks:
        piece += chunk
        while len(piece) >= _PIECE_BYTES:
            yield bytes(piece[:_PIECE_BYTES])
            del piece[:_PIECE_BYTES]
    if piece:
        yield bytes(piece)
