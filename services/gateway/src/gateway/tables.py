"""Tables that suggest wrote, handed on to who asked: from its answer, or out of the store where they are large."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum

from fastapi.responses import Response, StreamingResponse

from backplane.artifacts import ArtifactStore

_PIECE_BYTES = 8 * 1024**2


class TableForm(StrEnum):
    """What the name of a table ends in."""

    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True)
class ExportedTable:
    """A table: its bytes, or, where they are many, the key of the object that holds them until they are read."""

    key: str
    size: int
    media_type: str
    data: bytes


def table(store: ArtifactStore, exported: ExportedTable, name: str) -> Response:
    """The answer that holds a table, as a file with this name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(exported.size)}
    if not exported.key:
        return Response(exported.data, media_type=exported.media_type, headers=headers)
    pieces = _read_and_removed(store, exported.key, exported.size)
    return StreamingResponse(pieces, media_type=exported.media_type, headers=headers)


async def _read_and_removed(store: ArtifactStore, key: str, size: int) -> AsyncIterator[bytes]:
    try:
        for offset in range(0, size, _PIECE_BYTES):
            yield await asyncio.to_thread(store.get, key, offset, min(_PIECE_BYTES, size - offset))
    finally:
        # Also for who hangs up; what nobody began to read is removed as garbage one day.
        await asyncio.to_thread(store.delete, key)
