"""HTTP to a hub whose replicas come and go.

A replica that leaves may close a connection that is kept for later at the very moment in which a request is sent on it.
Whether the request was read nobody can tell. So a question is sent again, and what does something, which must not
happen twice, gets a connection of its own, which nobody closes before the answer.
"""

import time
from functools import cached_property
from typing import Any

import httpx

AGAIN = "innhub_again"
"""An extension of a request: whether it may be sent again, whatever became of it. By default what only reads may."""
_READS = {"GET", "HEAD"}
_TRIES = 3
_PAUSE_SECONDS = 0.1


class Sending(httpx.Client):
    """A client that knows which requests may be sent again."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._arguments = arguments

    def send(self, request: httpx.Request, **how: Any) -> httpx.Response:
        """The answer to a request.

        Raises:
            httpx.TransportError: it was not sent, or sent and not answered.
        """
        again = request.extensions.get(AGAIN, request.method in _READS)
        # A body that is sent in pieces knows by itself where to go on.
        kept = again or request.method == "PUT"
        for tries_left in reversed(range(_TRIES)):
            try:
                return super().send(request, **how) if kept else self._own.send(request, **how)
            except httpx.ConnectError:
                if not tries_left:
                    raise
            except (httpx.NetworkError, httpx.RemoteProtocolError):
                if not tries_left or not again:
                    raise
            time.sleep(_PAUSE_SECONDS)
        raise AssertionError("the last try answers or raises")

    def close(self) -> None:
        """Closes the connections."""
        super().close()
        if "_own" in self.__dict__:
            self._own.close()

    @cached_property
    def _own(self) -> httpx.Client:
        return httpx.Client(**self._arguments, limits=httpx.Limits(max_keepalive_connections=0))
