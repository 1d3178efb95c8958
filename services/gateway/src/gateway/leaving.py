"""What the gateway does beside HTTP when its replica leaves, at the same time as HTTP does it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

import anyio

from backplane.rpc import RpcServer
from backplane.tasks import QueueWorker
from serving import Departure

Item = TypeVar("Item")


class Happening(Protocol):
    """Something that happens once."""

    async def wait(self) -> object: ...  # noqa: D102


@asynccontextmanager
async def answering(
    rpc: RpcServer, workers: Sequence[QueueWorker], departure: Departure, grace_seconds: float
) -> AsyncIterator[None]:
    """Serves gRPC until the replica leaves; calls that have begun then may end.

    Args:
        rpc: the server.
        workers: take no more events once the departure is announced: another replica takes them.
        departure: of the replica; what ends without one leaves at the end of the context.
        grace_seconds: how long calls may take then.
    """

    async def leave() -> None:
        await departure.announced.wait()
        for worker in workers:
            worker.stop()
        await rpc.set_ready(ready=False)
        await departure.begun.wait()
        await rpc.stop(grace_seconds)

    await rpc.start()
    await rpc.set_ready(ready=True)
    leaving = asyncio.create_task(leave())
    try:
        yield
    finally:
        departure.announced.set()
        departure.begun.set()
        await leaving


async def until(happened: Happening, items: AsyncGenerator[Item, None]) -> AsyncIterator[Item]:
    """Items until something happens, also in the middle of waiting for the next one; they are closed in any case."""
    happening = asyncio.create_task(happened.wait())
    coming = asyncio.ensure_future(anext(items))
    try:
        while True:
            await asyncio.wait({coming, happening}, return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                return
            try:
                item = coming.result()
            except StopAsyncIteration:
                return
            yield item
            coming = asyncio.ensure_future(anext(items))
    finally:
        # Who has read them may be gone, and then would be cancelled at each wait.
        with anyio.CancelScope(shield=True):
            for task in (happening, coming):
                task.cancel()
            await asyncio.gather(happening, coming, return_exceptions=True)
            await items.aclose()
