"""What stands in for a Service of Kubernetes that has an address: TCP connections to replicas that are ready."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import count

from laptop.ports import HOST

_PIECE_BYTES = 64 * 1024


class Service:
    """Forwards connections as kube-proxy does: a new one to the next endpoint, where it stays for as long as it lasts.

    Args:
        port: of the Service, and of each of its endpoints.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._endpoints: Sequence[str] = ()
        self._turn = count()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listens."""
        self._server = await asyncio.start_server(self._connected, HOST, self._port)

    async def stop(self) -> None:
        """Listens no more; what is connected is cut off."""
        if self._server is not None:
            self._server.close()
        for task in self._open:
            task.cancel()
        if self._open:
            await asyncio.wait(self._open)

    def lead_to(self, endpoints: Sequence[str]) -> None:
        """Leads connections that are made from now on to these."""
        self._endpoints = endpoints

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._forwarded(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _forwarded(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            endpoint = self._endpoints[next(self._turn) % len(self._endpoints)]
            there, to_there = await asyncio.open_connection(endpoint, self._port)
        except (OSError, ZeroDivisionError):
            writer.transport.abort()
            return
        try:
            await asyncio.gather(_passed_on(reader, to_there), _passed_on(there, writer))
        except OSError:
            writer.transport.abort()
            to_there.transport.abort()
        finally:
            for side in (writer, to_there):
                side.close()


async def _passed_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Passes on one direction, its end as well: the other one may go on."""
    while piece := await source.read(_PIECE_BYTES):
        target.write(piece)
        await target.drain()
    with suppress(OSError):
        target.write_eof()
