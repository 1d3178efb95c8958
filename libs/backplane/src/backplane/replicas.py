"""Calling one of several replicas: those that already hold what the call needs first, the less busy one wins.

Replicas are found by resolving a name (a headless Service on a cluster) or from a list. For a key, rendezvous hashing
(Thaler and Ravishankar 1998) ranks the replicas: the same key prefers the same two, and when a replica comes or goes
only its own keys move.
"""

import asyncio
import hashlib
import socket
import time
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import grpc.aio

from backplane import rpc
from domain.errors import HubError, Reason

Stub = TypeVar("Stub")
Stub_co = TypeVar("Stub_co", covariant=True)
_RESOLVE_SECONDS = 5.0


class StubFactory(Protocol[Stub_co]):
    """Makes a stub for a channel: the class of the stub itself."""

    def __call__(self, channel: grpc.aio.Channel) -> Stub_co: ...  # noqa: D102


@dataclass
class _Replica(Generic[Stub]):
    address: str
    channel: grpc.aio.Channel
    stub: Stub
    busy: int = field(default=0)


class Replicas(Generic[Stub]):
    """All replicas of one service.

    Args:
        addresses: comma-separated `host:port`; a host that resolves to several addresses stands for all of them.
        make_stub: the class of the service's stub.
    """

    def __init__(self, addresses: str, make_stub: StubFactory[Stub]) -> None:
        self._targets = [target.strip() for target in addresses.split(",") if target.strip()]
        self._make_stub = make_stub
        self._replicas: dict[str, _Replica[Stub]] = {}
        self._resolved_at = float("-inf")
        self._resolving = asyncio.Lock()

    async def call(self, method: str, request: Any, *, key: str = "", timeout: float = 60.0) -> Any:
        """Calls a method by name on the replica that suits the key; the next one where that cannot be reached.

        Raises:
            HubError: what the service answered, or `SERVICE_UNAVAILABLE` if no replica could be reached.
        """
        unreachable = HubError(Reason.SERVICE_UNAVAILABLE, "No replica of the service is known.")
        for replica in await self._preferred(key):
            replica.busy += 1
            try:
                return await rpc.call(getattr(replica.stub, method), request, timeout=timeout)
            except HubError as error:
                if error.reason is not Reason.SERVICE_UNAVAILABLE:
                    raise
                unreachable = error
            finally:
                replica.busy -= 1
        raise unreachable

    async def check(self) -> None:
        """Raises `HubError` (`SERVICE_UNAVAILABLE`) if no replica answers."""
        for replica in await self._preferred(""):
            try:
                await asyncio.wait_for(replica.channel.channel_ready(), 2)
            except TimeoutError:
                continue
            return
        raise HubError(Reason.SERVICE_UNAVAILABLE, f"None of {', '.join(self._targets)} answers.")

    async def close(self) -> None:
        """Closes all channels."""
        for replica in self._replicas.values():
            await replica.channel.close()

    async def _preferred(self, key: str) -> list[_Replica[Stub]]:
        await self._resolve()
        ranked = sorted(self._replicas.values(), key=lambda replica: rank(key, replica.address), reverse=True)
        return sorted(ranked[:2], key=lambda replica: replica.busy) + ranked[2:]

    async def _resolve(self) -> None:
        # Whoever comes while the first one looks waits for what it finds.
        async with self._resolving:
            if time.monotonic() - self._resolved_at >= _RESOLVE_SECONDS:
                await self._look_up()
                self._resolved_at = time.monotonic()

    async def _look_up(self) -> None:
        found: set[str] = set()
        for target in self._targets:
            found |= await _addresses(target)
        for address in found - self._replicas.keys():
            channel = rpc.channel(address)
            self._replicas[address] = _Replica(address, channel, self._make_stub(channel))
        for address in self._replicas.keys() - found if found else set():
            replica = self._replicas.pop(address)
            # Calls that it still answers may end.
            closing = asyncio.create_task(replica.channel.close(grace=60))
            closing.add_done_callback(lambda _: None)


def rank(key: str, address: str) -> bytes:
    """How much a key wants an address: the larger, the more."""
    return hashlib.sha256(f"{key}\0{address}".encode()).digest()


async def _addresses(target: str) -> set[str]:
    host, _, port = target.rpartition(":")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, int(port), type=socket.SOCK_STREAM)
    except OSError:
        return set()
    return {f"[{where[0]}]:{port}" if ":" in str(where[0]) else f"{where[0]}:{port}" for *_, where in found}
