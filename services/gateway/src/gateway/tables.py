"""Tables that suggest wrote, handed on to who asked: from the message, or out of the store where they are large."""

from collections.abc import Iterator
from enum import StrEnum

from fastapi.responses import Response, StreamingResponse

from backplane.artifacts import ArtifactStore
from innhub_proto.suggest.v1 import suggest_pb2

_PIECE_BYTES = 8 * 1024**2


class TableForm(StrEnum):
    """What the name of a table ends in."""

    CSV = "csv"
    PARQUET = "parquet"

    @property
    def format(self) -> suggest_pb2.TableFormat:
        """Its name in messages."""
        return suggest_pb2.TABLE_FORMAT_PARQUET if self is TableForm.PARQUET else suggest_pb2.TABLE_FORMAT_UNSPECIFIED


def table(store: ArtifactStore, exported: suggest_pb2.ExportedTable, name: str) -> Response:
    """The answer that holds a table, as a file with this name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(exported.size)}
    if not exported.object:
        return Response(exported.data, media_type=exported.media_type, headers=headers)
    pieces = _read_and_removed(store, exported.object, exported.size)
    return StreamingResponse(pieces, media_type=exported.media_type, headers=headers)


def _read_and_removed(store: ArtifactStore, key: str, size: int) -> Iterator[bytes]:
    try:
        for offset in range(0, size, _PIECE_BYTES):
            yield store.get(key, offset=offset, length=min(_PIECE_BYTES, size - offset))
    finally:
        store.delete(key)
