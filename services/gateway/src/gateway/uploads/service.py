"""Receiving files: from the request straight to the store, a piece at a time, never whole in memory nor on disk."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect

from backplane.uploads import PIECE_BYTES, Uploads
from domain.errors import HubError, Reason


async def receive(uploads: Uploads, upload: str, offset: int, stream: AsyncIterator[bytes], most_bytes: int) -> int:
    """Stores a stream of bytes as the continuation of an upload; returns how many bytes it has then.

    Whatever arrived before a connection broke stays, and the upload goes on from there.

    Raises:
        HubError: `UPLOAD_NOT_FOUND`, `UPLOAD_OFFSET_MISMATCH`, `TOO_LARGE`; `TIMED_OUT`, which nobody reads, where
            the connection broke.
    """
    await asyncio.to_thread(uploads.open, upload)
    size = await asyncio.to_thread(uploads.size, upload)
    if offset != size:
        raise HubError(
            Reason.UPLOAD_OFFSET_MISMATCH,
            f"The upload {upload} has {size} bytes, and these begin at {offset}.",
            f"Go on from offset {size}.",
        )
    piece = bytearray()
    try:
        async for chunk in stream:
            if size + len(piece) + len(chunk) > most_bytes:
                raise HubError(Reason.TOO_LARGE, f"The upload is larger than {most_bytes:,} bytes.")
            piece += chunk
            if len(piece) >= PIECE_BYTES:
                whole, piece = bytes(piece), bytearray()
                await asyncio.to_thread(uploads.append, upload, size, whole)
                size += len(whole)
    except ClientDisconnect as error:
        raise HubError(
            Reason.TIMED_OUT, "Whoever sent has hung up.", "Ask how far the upload has come, and go on from there."
        ) from error
    finally:
        if piece:
            await asyncio.to_thread(uploads.append, upload, size, bytes(piece))
    return size + len(piece)
