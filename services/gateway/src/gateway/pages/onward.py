"""Requests to the pages, whose replicas come and go.

A replica may close a connection that is kept for later at the very moment in which a request is sent on it. Whether
the request was read nobody can tell. So what only reads is sent again, and what may do something has a connection of
its own.
"""

from collections.abc import Mapping

import httpx

from domain.errors import HubError, Reason

_READS = {"GET", "HEAD"}
_TRIES = 3


class Onward:
    """The way to the pages.

    Args:
        url: where they are.
    """

    def __init__(self, url: str) -> None:
        def client(limits: httpx.Limits) -> httpx.AsyncClient:
            return httpx.AsyncClient(base_url=url, timeout=httpx.Timeout(120, connect=5), limits=limits)

        self._kept = client(httpx.Limits(max_connections=100, max_keepalive_connections=20))
        self._own = client(httpx.Limits(max_keepalive_connections=0))

    async def send(self, method: str, address: httpx.URL, headers: Mapping[str, str], body: bytes) -> httpx.Response:
        """The answer, whose body is still to be read.

        Raises:
            HubError: `SERVICE_UNAVAILABLE`.
        """
        reads = method in _READS
        client = self._kept if reads else self._own
        request = client.build_request(method, address, headers=dict(headers), content=body)
        for tries_left in reversed(range(_TRIES)):
            try:
                return await client.send(request, stream=True)
            except httpx.TransportError as error:
                never_sent = isinstance(error, httpx.ConnectError)
                broken = isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError)
                if not tries_left or not (never_sent or (reads and broken)):
                    raise HubError(
                        Reason.SERVICE_UNAVAILABLE, "The pages do not answer.", "Try again in a moment."
                    ) from error
        raise AssertionError("the last try answers or raises")

    async def close(self) -> None:
        """Closes the connections."""
        await self._kept.aclose()
        await self._own.aclose()
