"""What Prometheus is told: by a service, and by the child processes that have no port of their own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from prometheus_client import REGISTRY

from backplane.bus import TASKS_STREAM, Bus
from backplane.children import Child
from backplane.queue_figures import measure_queue
from backplane.settings import BusSettings
from backplane.tasks import Queue, QueueWorker
from backplane.telemetry.kernels import kernel, watch_gpu_memory
from backplane.telemetry.metrics import looked_up
from domain.errors import HubError, Reason
from domain.identifiers import new_id

ROOMY = 4 * 1024**3


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


def begin_with_gpu() -> None:
    """Makes this process one that has a GPU, with TensorFlow's figures."""
    watch_gpu_memory(lambda: {"GPU:0": (300, 700)})


def work(method: str) -> None:
    """Computes one batch, and looks for two things."""
    looked_up(f"cache of {method}", "hit")
    looked_up(f"cache of {method}", "hit")
    with kernel("explain", method=method, engine="native", model="m", architecture="a", batch=5):
        pass


def fail_after_looking(cache: str) -> None:
    """Is refused after it has looked for something."""
    looked_up(cache, "miss")
    raise HubError(Reason.MODEL_NOT_FOUND, "There is no model.")


@pytest.fixture
async def child() -> AsyncIterator[Child]:
    async with AsyncExitStack() as stack:
        made = Child(f"child {new_id()}", begin_with_gpu, memory_bytes=ROOMY, most_memory_bytes=ROOMY)
        stack.push_async_callback(made.stop)
        yield made


async def test_what_a_child_process_measures_is_told_by_its_parent(child: Child) -> None:
    method = new_id()
    for _ in range(2):
        await child.run(60, work, method)
    labels = {"operation": "explain", "method": method, "engine": "native"}
    assert value("innhub_kernel_seconds_count", **labels) == 2
    assert value("innhub_kernel_samples_total", **labels) == 10
    assert value("innhub_cache_lookups_total", cache=f"cache of {method}", outcome="hit") == 4

    name = child._name
    assert value("innhub_gpu_memory_bytes", child=name, device="GPU:0", measure="current") == 300
    assert value("innhub_gpu_memory_bytes", child=name, device="GPU:0", measure="peak") == 700
    assert (value("innhub_child_resident_bytes", child=name) or 0) > 2**20
    assert value("innhub_child_waiting", child=name) == 0


async def test_what_a_task_that_failed_has_measured_comes_with_the_next(child: Child) -> None:
    cache = new_id()
    with pytest.raises(HubError):
        await child.run(60, fail_after_looking, cache)
    await child.run(60, work, new_id())
    assert value("innhub_cache_lookups_total", cache=cache, outcome="miss") == 1


@pytest.fixture
async def bus(bus_settings: BusSettings) -> AsyncIterator[Bus]:
    connected = await Bus.connect(bus_settings, "test")
    yield connected
    await connected.close()


async def test_a_queue_is_as_long_as_what_is_not_settled_and_as_old_as_the_oldest_of_it(bus: Bus) -> None:
    name = new_id()
    queue = Queue(TASKS_STREAM, name, f"tasks.{name}", 5.0, 4)
    begun, gate = asyncio.Event(), asyncio.Event()

    async def handle(_: bytes) -> None:
        begun.set()
        await gate.wait()

    async def refuse(_: bytes, __: HubError) -> None:
        raise AssertionError("nothing is refused")

    def figures() -> tuple[float | None, ...]:
        return value("innhub_queue_waiting", queue=name), value("innhub_queue_oldest_seconds", queue=name)

    await measure_queue(bus, queue)
    assert figures() == (0, 0)
    worker = QueueWorker(bus, queue, handle, refuse)
    working = asyncio.create_task(worker.run())
    for number in range(3):
        await bus.publish(queue.subject, b"", f"{name}-{number}")
    await begun.wait()
    await measure_queue(bus, queue)
    waiting, age = figures()
    # Also the one that is worked on.
    assert waiting == 3
    assert value("innhub_tasks_running", queue=name) == 1
    assert 0 < (age or 0) < 60
    worker.stop()
    gate.set()
    await working
    assert value("innhub_tasks_running", queue=name) == 0
    assert value("innhub_task_seconds_count", queue=name, outcome="done") == 1
    await bus.purge(TASKS_STREAM, queue.subject)
    await measure_queue(bus, queue)
    assert figures() == (0, 0)
