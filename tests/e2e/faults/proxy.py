"""A proxy before S3 that can be slow, full, or break off: what a real server does once in a while, here on demand."""

import asyncio
import re
from contextlib import suppress
from enum import Enum

_HOST = "127.0.0.1"
_PART = 64 * 1024
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_FULL = b"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>InsufficientStorage</Code><Message>The disk is full.</Message></Error>"""


class Mood(Enum):
    """What the proxy does with what it is sent."""

    PASS = "pass"
    SLOW = "slow"
    """Each 64 KB of an answer takes a fifth of a second, and each request as long."""
    FULL = "full"
    """Whatever would write is answered with 507."""
    BREAK = "break"
    """A body that is sent is cut in its middle, and the connection with it."""


class Proxy:
    """Passes on HTTP to a server, request by request."""

    def __init__(self, upstream: str) -> None:
        host, _, port = upstream.rpartition(":")
        self._upstream = host, int(port)
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.mood = Mood.PASS
        self.hit = 0
        """How many requests the mood has spoilt."""

    async def start(self) -> str:
        """Listens; returns where."""
        self._server = await asyncio.start_server(self._connected, _HOST, 0)
        return f"{_HOST}:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Ends all connections."""
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.cancel()

    async def _connected(self, client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            server, requests = await asyncio.open_connection(*self._upstream)
            back = asyncio.create_task(self._back(server, answers))
            try:
                while await self._request(client, requests, answers):
                    pass
            finally:
                back.cancel()
                requests.close()
        answers.close()

    async def _request(
        self, client: asyncio.StreamReader, requests: asyncio.StreamWriter, answers: asyncio.StreamWriter
    ) -> bool:
        """Passes on one request; False where the connection ends with it."""
        head = await client.readuntil(b"\r\n\r\n")
        found = _LENGTH.search(head)
        left = int(found[1]) if found else 0
        writes = head.startswith((b"PUT ", b"POST ")) and b"?delete" not in head.split(b"\r\n")[0]
        if self.mood is Mood.FULL and writes:
            self.hit += 1
            while left:
                left -= len(await client.read(min(left, _PART)))
            head = b"HTTP/1.1 507 Insufficient Storage\r\nContent-Type: application/xml\r\nConnection: close\r\n"
            answers.write(head + b"Content-Length: %d\r\n\r\n" % len(_FULL) + _FULL)
            await answers.drain()
            return False
        if self.mood is Mood.SLOW:
            self.hit += 1
            await asyncio.sleep(0.2)
        breaks = self.mood is Mood.BREAK and writes and left > 0
        stop = left // 2 if breaks else 0
        requests.write(head)
        while left > stop:
            part = await client.read(min(left - stop, _PART))
            if not part:
                return False
            left -= len(part)
            requests.write(part)
            await requests.drain()
        self.hit += breaks
        return not breaks

    async def _back(self, server: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while part := await server.read(_PART):
                if self.mood is Mood.SLOW:
                    await asyncio.sleep(0.2)
                answers.write(part)
                await answers.drain()
        answers.close()
