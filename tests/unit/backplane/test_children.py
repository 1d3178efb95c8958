"""Child processes: what dies in them costs one task."""

import asyncio
import gc
import operator
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import psutil
import pytest

from backplane.children import Child
from domain.errors import HubError, Reason
from domain.preprocessing import named

ROOMY = 4 * 1024**3
MakeChild = Callable[..., Child]


def fill(count: int) -> None:
    """Takes memory, a little at a time, and keeps it for a while."""
    held = [b"x" * 2**20 for _ in range(count // 2**20)]
    time.sleep(10)
    del held


@pytest.fixture
async def make_child() -> AsyncIterator[MakeChild]:
    async with AsyncExitStack() as stack:

        def make(
            memory_bytes: int = ROOMY, most_memory_bytes: int = ROOMY, begin: Callable[..., None] = gc.enable
        ) -> Child:
            child = Child("test", begin, memory_bytes=memory_bytes, most_memory_bytes=most_memory_bytes)
            stack.push_async_callback(child.stop)
            return child

        yield make


async def test_work_is_done_in_another_process_that_stays(make_child: MakeChild) -> None:
    child = make_child()
    first, second = await child.run(60, os.getpid), await child.run(60, os.getpid)
    assert first == second != os.getpid()


async def test_a_crash_costs_one_task(make_child: MakeChild) -> None:
    child = make_child()
    with pytest.raises(HubError) as caught:
        await child.run(60, os._exit, 7)
    assert caught.value.reason is Reason.WORKER_CRASHED
    assert "exit code 7" in caught.value.message
    assert await child.run(60, operator.add, 2, 3) == 5


async def test_an_abort_costs_one_task_and_is_called_by_its_name(make_child: MakeChild) -> None:
    child = make_child()
    with pytest.raises(HubError) as caught:
        await child.run(60, os.abort)
    assert caught.value.reason is Reason.WORKER_CRASHED
    assert "SIGABRT" in caught.value.message
    assert await child.run(60, operator.add, 2, 3) == 5


async def test_a_process_that_dies_before_it_begins_is_a_worker_that_crashed(make_child: MakeChild) -> None:
    child = make_child(begin=os.abort)
    for _ in range(2):
        with pytest.raises(HubError) as caught:
            await child.run(60, os.getpid)
        assert caught.value.reason is Reason.WORKER_CRASHED


async def test_whoever_takes_more_memory_than_a_process_may_have_is_told_so(make_child: MakeChild) -> None:
    child = make_child(most_memory_bytes=300 * 1024**2)
    with pytest.raises(HubError) as caught:
        await child.run(60, fill, 2 * 1024**3)
    assert caught.value.reason is Reason.TOO_LARGE
    assert "0.3 GB" in caught.value.message
    assert await child.run(60, operator.add, 2, 3) == 5


async def test_memory_that_the_system_refuses_is_told_in_the_same_words(make_child: MakeChild) -> None:
    child = make_child()
    before = await child.run(60, os.getpid)
    with pytest.raises(HubError) as caught:
        await child.run(60, bytes, 2**62)
    assert caught.value.reason is Reason.TOO_LARGE
    assert await child.run(60, os.getpid) == before


async def test_a_killed_process_costs_one_task(make_child: MakeChild) -> None:
    child = make_child()
    process = psutil.Process(await child.run(60, os.getpid))
    sleeping = asyncio.create_task(child.run(60, time.sleep, 50))
    while child.waiting == 0:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    with pytest.raises(HubError) as caught:
        await sleeping
    assert caught.value.reason is Reason.WORKER_CRASHED
    assert await child.run(60, operator.add, 2, 3) == 5


async def test_a_reason_comes_through_and_the_process_stays(make_child: MakeChild) -> None:
    child = make_child()
    before = await child.run(60, os.getpid)
    with pytest.raises(HubError) as caught:
        await child.run(60, named, "sepia")
    assert caught.value.reason is Reason.ARGUMENT_INVALID
    assert "sepia" in caught.value.message
    assert "torch" in caught.value.advice
    assert await child.run(60, os.getpid) == before


async def test_work_that_takes_too_long_is_ended(make_child: MakeChild) -> None:
    child = make_child()
    process = psutil.Process(await child.run(60, os.getpid))
    begun = time.monotonic()
    with pytest.raises(HubError) as caught:
        await child.run(0.3, time.sleep, 50)
    assert caught.value.reason is Reason.TIMED_OUT
    assert time.monotonic() - begun < 20
    assert await child.run(60, operator.add, 2, 3) == 5
    assert not process.is_running()


async def test_a_process_that_has_grown_too_large_is_replaced(make_child: MakeChild) -> None:
    child = make_child(memory_bytes=1)
    assert await child.run(60, os.getpid) != await child.run(60, os.getpid)


async def test_tasks_wait_for_each_other(make_child: MakeChild) -> None:
    child = make_child()
    tasks = [asyncio.create_task(child.run(60, operator.add, number, 1)) for number in range(5)]
    await asyncio.sleep(0)
    assert child.waiting == 5
    assert await asyncio.gather(*tasks) == [1, 2, 3, 4, 5]
    assert child.waiting == 0


async def test_whoever_no_longer_waits_frees_the_child(make_child: MakeChild) -> None:
    child = make_child()
    await child.run(60, os.getpid)
    abandoned = asyncio.create_task(child.run(60, time.sleep, 50))
    await asyncio.sleep(0.1)
    abandoned.cancel()
    with pytest.raises(asyncio.CancelledError):
        await abandoned
    assert await asyncio.wait_for(child.run(60, operator.add, 2, 3), 30) == 5


async def test_stopping_ends_the_process(make_child: MakeChild) -> None:
    child = make_child()
    process = psutil.Process(await child.run(60, os.getpid))
    await child.stop()
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
