"""A server of HTTP that ends with code 0 when it is told to, after all that it has begun."""

import asyncio
import math
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from serving.departure import Application, Departure, giving_up_connections

_KEPT_SECONDS = 620
"""Longer than load balancers keep a connection that nobody uses (Google's 600 s): it is theirs to close it."""
_FAILED = 3


def serve(
    application: Application, address: str, departure: Departure, *, drain_seconds: float, grace_seconds: float
) -> int:
    """Serves until SIGTERM or SIGINT.

    Args:
        application: by ASGI.
        address: host and port.
        departure: of this replica; goes on when a signal comes.
        drain_seconds: how long it serves as before after that.
        grace_seconds: how long what has begun may take then.

    Returns:
        The exit code of the process.
    """
    host, _, port = address.rpartition(":")
    server = _Server(
        uvicorn.Config(
            giving_up_connections(application, departure),
            host=host,
            port=int(port),
            log_config=None,
            access_log=False,
            timeout_keep_alive=_KEPT_SECONDS,
            timeout_graceful_shutdown=math.ceil(grace_seconds),
        ),
        departure,
        drain_seconds,
    )
    server.run()
    return 0 if server.started else _FAILED


class _Server(uvicorn.Server):
    """uvicorn, which otherwise stops at once at a signal, and raises it again in the end."""

    def __init__(self, config: uvicorn.Config, departure: Departure, drain_seconds: float) -> None:
        super().__init__(config)
        self._departure = departure
        self._drain_seconds = drain_seconds
        self._leaving: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._told, number)
        yield

    def _told(self, number: int) -> None:
        if self._leaving is None:
            self._leaving = asyncio.create_task(self._leave(number))

    async def _leave(self, number: int) -> None:
        await self._departure.leave(self._drain_seconds)
        # Streams of events listen for this call.
        self.handle_exit(number, None)
