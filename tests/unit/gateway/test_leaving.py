"""Streams that end because the replica leaves."""

import asyncio
from collections.abc import AsyncGenerator

import anyio

from gateway.leaving import until


async def test_items_come_until_they_end() -> None:
    async def items() -> AsyncGenerator[int, None]:
        for number in range(3):
            yield number

    assert [item async for item in until(asyncio.Event(), items())] == [0, 1, 2]


async def test_a_stream_ends_in_the_middle_of_waiting_and_is_closed() -> None:
    happened, closed = asyncio.Event(), asyncio.Event()

    async def items() -> AsyncGenerator[int, None]:
        try:
            yield 0
            await asyncio.Event().wait()
        finally:
            closed.set()

    seen = []
    async with asyncio.timeout(20):
        async for item in until(happened, items()):
            seen.append(item)
            asyncio.get_running_loop().call_later(0.05, happened.set)
    assert seen == [0]
    assert closed.is_set()


async def test_a_stream_whose_reader_is_gone_is_closed() -> None:
    waits, closed = asyncio.Event(), asyncio.Event()

    async def items() -> AsyncGenerator[int, None]:
        try:
            yield 0
            waits.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            closed.set()

    async def read() -> None:
        async for _ in until(asyncio.Event(), items()):
            pass

    async with asyncio.timeout(20), anyio.create_task_group() as reading:
        reading.start_soon(read)
        await waits.wait()
        reading.cancel_scope.cancel()
    assert closed.is_set()
