"""Tables that suggest wrote, handed on to who asked: from its answer, or out of the store where they are large."""

import asyncio
from collections.abc import AsyncIterator

from fastapi.responses import Response, StreamingResponse

from backplane.artifacts import ArtifactStore
from domain.tables import ExportedTable

_PIECE_BYTES = 8 * 1024**2


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
