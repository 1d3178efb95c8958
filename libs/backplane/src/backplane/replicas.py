"""Calling one of several replicas: those that already hold what the call needs first, the less busy one wins.

Replicas are found by resolving a name (a headless Service on a cluster) or from a list. For a key, rendezvous hashing
(Thaler and Ravishankar 1998) ranks the replicas: the same key prefers the same two, and when a replica comes or goes
only its own keys move.

Replicas come and go while calls are under way. Every call of the house may be made twice, so one that a replica does
not answer, or breaks off because it leaves, is made to the next. A channel that could not connect refuses calls at once
until it has tried again, so a replica that is gone costs no call a wait but the one that finds out.
"""

import asyncio
import hashlib
import socket
import time
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import grpc.aio

from backplane import rpc
from backplane.telemetry import hops
from domain.errors import HubError, Reason

Stub = TypeVar("Stub")
Stub_co = TypeVar("Stub_co", covariant=True)
_RESOLVE_SECONDS = 5.0
_CHECK_SECONDS = 2.0
_LONGEST_CALL_SECONDS = 700.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.05, 0.5


class StubFactory(Protocol[Stub_co]):
    """Makes a stub for a channel: the class of the stub itself."""

    def __call__(self, channel: grpc.aio.Channel) -> Stub_co: ...  # noqa: D102


@dataclass
class _Replica(Generic[Stub]):
    address: str
    channel: grpc.aio.Channel
    stub: Stub
    busy: int = 0

    @property
    def service(self) -> str:
        """The name of the service that the stub is of."""
        return type(self.stub).__name__.removesuffix("Stub")


class Replicas(Generic[Stub]):
    """All replicas of one service.

    Args:
        addresses: comma-separated `host:port`; a host that resolves to several addresses stands for all of them.
        make_stub: the class of the service's stub.
        patience_seconds: how long replicas are looked for where none answers.
    """

    def __init__(self, addresses: str, make_stub: StubFactory[Stub], patience_seconds: float = 5.0) -> None:
        self._targets = [target.strip() for target in addresses.split(",") if target.strip()]
        self._make_stub = make_stub
        self._patience_seconds = patience_seconds
        self._replicas: dict[str, _Replica[Stub]] = {}
        self._resolved_at = float("-inf")
        self._resolving = asyncio.Lock()

    async def call(self, method: str, request: Any, *, key: str = "", timeout: float = 60.0) -> Any:
        """Calls a method by name on the replica that suits the key; the next one where that cannot be reached.

        Where none answers, replicas are looked for anew, again and again for some seconds.

        Args:
            method: its name.
            request: may be handled more than once.
            key: what the call is about.
            timeout: seconds for all of it.

        Raises:
            HubError: what the service answered, or `SERVICE_UNAVAILABLE` if no replica could be reached.
        """
        deadline, given_up_at, pause = time.monotonic() + timeout, float("inf"), _FIRST_PAUSE_SECONDS
        unreachable = HubError(Reason.SERVICE_UNAVAILABLE, "No replica of the service is known.")
        while True:
            for replica in await self._preferred(key):
                if self._replicas.get(replica.address) is not replica:
                    continue
                replica.busy += 1
                try:
                    left = max(deadline - time.monotonic(), 0.001)
                    with hops.calling(replica.service, method, replica.address):
                        return await rpc.call(getattr(replica.stub, method), request, timeout=left)
                except HubError as error:
                    if error.reason is not Reason.SERVICE_UNAVAILABLE:
                        raise
                    unreachable = error
                finally:
                    replica.busy -= 1
            given_up_at = min(given_up_at, time.monotonic() + self._patience_seconds, deadline)
            if time.monotonic() + pause > given_up_at:
                raise unreachable
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            self._resolved_at = float("-inf")

    async def check(self) -> None:
        """Raises `HubError` (`SERVICE_UNAVAILABLE`) if no replica answers."""
        looks = [asyncio.create_task(replica.channel.channel_ready()) for replica in await self._preferred("")]
        if looks:
            answered, silent = await asyncio.wait(looks, timeout=_CHECK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            for look in silent:
                look.cancel()
            if any(look.exception() is None for look in answered):
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
            closing = asyncio.create_task(replica.channel.close(grace=_LONGEST_CALL_SECONDS))
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
