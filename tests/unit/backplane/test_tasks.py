"""Queues on a real NATS: what becomes of a task in every way in which a worker can end."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from backplane.bus import DEAD_LETTER_SUBJECT, DEAD_LETTERS_STREAM, TASKS_STREAM, Bus
from backplane.settings import BusSettings
from backplane.tasks import Delivery, Handle, Queue, QueueWorker, delivery
from backplane.telemetry import begin_request, request_id
from domain.errors import HubError, Reason
from domain.identifiers import new_id

Publish = Callable[[bytes], Awaitable[None]]
PATIENCE_SECONDS = 20.0


@pytest.fixture
async def bus(bus_settings: BusSettings) -> AsyncIterator[Bus]:
    connected = await Bus.connect(bus_settings, "test")
    yield connected
    await connected.close()


def queue(lease_seconds: float = 5.0, deliveries: int = 4, concurrency: int = 1) -> Queue:
    """A queue that no other test knows."""
    name = new_id()
    return Queue(TASKS_STREAM, name, f"tasks.{name}", lease_seconds, deliveries, concurrency)


class Outcomes:
    """What the worker was told in the end."""

    def __init__(self) -> None:
        self.refused: list[tuple[bytes, Reason]] = []

    async def refuse(self, data: bytes, error: HubError) -> None:
        self.refused.append((data, error.reason))


@asynccontextmanager
async def working(bus: Bus, of: Queue, handle: Handle, outcomes: Outcomes) -> AsyncIterator[QueueWorker]:
    worker = QueueWorker(bus, of, handle, outcomes.refuse)
    running = asyncio.create_task(worker.run())
    yield worker
    worker.stop()
    await asyncio.wait_for(running, PATIENCE_SECONDS)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def waiting(bus: Bus, of: Queue) -> int:
    """How many tasks of a queue are not settled."""
    info = await bus.jetstream.consumer_info(of.stream, of.name)
    return int(info.num_pending or 0) + int(info.num_ack_pending or 0)


async def test_a_task_that_is_done_is_gone(bus: Bus) -> None:
    taken, outcomes, tasks = list[bytes](), Outcomes(), queue()

    async def handle(data: bytes) -> None:
        taken.append(data)

    async with working(bus, tasks, handle, outcomes):
        for number in range(5):
            await bus.publish(tasks.subject, b"%d" % number, f"{tasks.name}-{number}")
        await until(lambda: len(taken) == 5)
    assert taken == [b"0", b"1", b"2", b"3", b"4"]
    assert await waiting(bus, tasks) == 0
    assert outcomes.refused == []


async def test_the_same_message_counts_once(bus: Bus) -> None:
    taken, tasks = list[bytes](), queue()

    async def handle(data: bytes) -> None:
        taken.append(data)

    await bus.publish(tasks.subject, b"once", tasks.name)
    await bus.publish(tasks.subject, b"once", tasks.name)
    await bus.publish(tasks.subject, b"last", f"{tasks.name}-last")
    async with working(bus, tasks, handle, Outcomes()):
        await until(lambda: b"last" in taken)
    assert taken == [b"once", b"last"]


async def test_the_request_id_comes_along(bus: Bus) -> None:
    seen, tasks = list[str](), queue()

    async def handle(_: bytes) -> None:
        seen.append(request_id())

    begin_request("the-request-of-a-person")
    await bus.publish(tasks.subject, b"", tasks.name)
    begin_request(None)
    async with working(bus, tasks, handle, Outcomes()):
        await until(lambda: seen)
    assert seen == ["the-request-of-a-person"]


async def test_whoever_does_a_task_knows_which_delivery_it_is(bus: Bus) -> None:
    seen, outcomes, tasks = list[Delivery](), Outcomes(), queue()

    async def handle(_: bytes) -> None:
        seen.append(delivery())
        if len(seen) == 1:
            raise HubError(Reason.STORE_UNAVAILABLE, "away")

    async with working(bus, tasks, handle, outcomes):
        await bus.publish(tasks.subject, b"one", f"{tasks.name}-1")
        await until(lambda: len(seen) == 2)
        await bus.publish(tasks.subject, b"two", f"{tasks.name}-2")
        await until(lambda: len(seen) == 3)
    first, again, other = seen
    assert (first.number, again.number, other.number) == (1, 2, 1)
    assert first.message == again.message != other.message
    assert 0 < again.seconds < first.seconds


@pytest.mark.parametrize("transient", [HubError(Reason.STORE_UNAVAILABLE, "away"), RuntimeError("surprise")])
async def test_a_failure_that_may_pass_is_tried_again(bus: Bus, transient: Exception) -> None:
    attempts, outcomes, tasks = list[bytes](), Outcomes(), queue()

    async def handle(data: bytes) -> None:
        attempts.append(data)
        if len(attempts) == 1:
            raise transient

    await bus.publish(tasks.subject, b"x", tasks.name)
    async with working(bus, tasks, handle, outcomes):
        await until(lambda: len(attempts) == 2)
    assert outcomes.refused == []
    assert await waiting(bus, tasks) == 0


async def test_a_failure_that_stays_is_refused_after_the_last_attempt(bus: Bus) -> None:
    attempts, outcomes, tasks = list[bytes](), Outcomes(), queue(deliveries=2)

    async def handle(data: bytes) -> None:
        attempts.append(data)
        raise HubError(Reason.WORKER_CRASHED, "again")

    await bus.publish(tasks.subject, b"x", tasks.name)
    async with working(bus, tasks, handle, outcomes):
        await until(lambda: outcomes.refused)
    assert len(attempts) == 2
    assert outcomes.refused == [(b"x", Reason.WORKER_CRASHED)]
    assert await waiting(bus, tasks) == 0


async def test_a_failure_that_trying_cannot_change_is_refused_at_once(bus: Bus) -> None:
    attempts, outcomes, tasks = list[bytes](), Outcomes(), queue()

    async def handle(data: bytes) -> None:
        attempts.append(data)
        raise HubError(Reason.MODEL_CORRUPT, "broken")

    await bus.publish(tasks.subject, b"x", tasks.name)
    async with working(bus, tasks, handle, outcomes):
        await until(lambda: outcomes.refused)
    assert len(attempts) == 1
    assert outcomes.refused == [(b"x", Reason.MODEL_CORRUPT)]
    assert await waiting(bus, tasks) == 0


async def test_long_work_keeps_its_lease(bus: Bus) -> None:
    begun, ended, tasks = list[bytes](), list[bytes](), queue(lease_seconds=0.6, concurrency=2)

    async def handle(data: bytes) -> None:
        begun.append(data)
        await asyncio.sleep(2.0)
        ended.append(data)

    await bus.publish(tasks.subject, b"long", tasks.name)
    async with working(bus, tasks, handle, Outcomes()), working(bus, tasks, handle, Outcomes()):
        await until(lambda: ended)
    assert begun == [b"long"]
    assert await waiting(bus, tasks) == 0


async def test_the_task_of_a_worker_that_is_gone_is_given_to_another(bus: Bus, bus_settings: BusSettings) -> None:
    begun, release, taken, tasks = asyncio.Event(), asyncio.Event(), list[bytes](), queue(lease_seconds=1.0)

    async def never_done(_: bytes) -> None:
        begun.set()
        await release.wait()

    async def handle(data: bytes) -> None:
        taken.append(data)

    doomed = await Bus.connect(bus_settings, "doomed")
    await bus.publish(tasks.subject, b"orphan", tasks.name)
    async with working(doomed, tasks, never_done, Outcomes()):
        await asyncio.wait_for(begun.wait(), PATIENCE_SECONDS)
        await doomed.close()
        async with working(bus, tasks, handle, Outcomes()):
            await until(lambda: taken)
        release.set()
    assert taken == [b"orphan"]
    assert await waiting(bus, tasks) == 0


async def test_a_task_at_which_every_worker_dies_becomes_a_dead_letter(bus: Bus) -> None:
    tasks, letters = queue(lease_seconds=0.3, deliveries=2), list[dict[str, object]]()
    dead = Queue(DEAD_LETTERS_STREAM, f"dead-{tasks.name}", DEAD_LETTER_SUBJECT, 5.0, 10)

    async def read(data: bytes) -> None:
        letters.append(json.loads(data))

    async def handle(_: bytes) -> None:
        raise AssertionError("it may not be delivered a third time")

    await bus.publish(tasks.subject, b"poison", tasks.name)
    subscription = await bus.consumer(
        tasks.stream, tasks.name, tasks.subject, lease_seconds=tasks.lease_seconds, deliveries=tasks.deliveries
    )
    for _ in range(tasks.deliveries):
        # Taken, and nothing said ever after: what a killed worker does.
        (message,) = await subscription.fetch(1, timeout=PATIENCE_SECONDS)
    outcomes = Outcomes()
    async with working(bus, tasks, handle, outcomes), working(bus, dead, read, Outcomes()):
        await until(lambda: any(letter["consumer"] == tasks.name for letter in letters))
    (letter,) = [letter for letter in letters if letter["consumer"] == tasks.name]
    assert letter["deliveries"] == 2
    assert letter["stream_seq"] == message.metadata.sequence.stream
    assert await bus.message(TASKS_STREAM, message.metadata.sequence.stream) == b"poison"
    await bus.remove(TASKS_STREAM, message.metadata.sequence.stream)
    assert await bus.message(TASKS_STREAM, message.metadata.sequence.stream) is None
    assert outcomes.refused == []


async def test_several_tasks_at_once_where_the_queue_allows_it(bus: Bus) -> None:
    together, done, tasks, outcomes = asyncio.Barrier(3), list[bytes](), queue(concurrency=3), Outcomes()

    async def handle(data: bytes) -> None:
        await asyncio.wait_for(together.wait(), PATIENCE_SECONDS)
        done.append(data)

    async with working(bus, tasks, handle, outcomes):
        for number in range(3):
            await bus.publish(tasks.subject, b"", f"{tasks.name}-{number}")
        await until(lambda: len(done) == 3)
    assert outcomes.refused == []


async def test_while_a_part_is_away_a_task_is_held_and_no_attempt_is_used_up(bus: Bus) -> None:
    tasks, outcomes, done, away = queue(deliveries=1), Outcomes(), list[bytes](), asyncio.Event()
    looks = 0

    async def handle(data: bytes) -> None:
        if looks < 2:
            away.set()
            raise HubError(Reason.STORE_UNAVAILABLE, "The store is away.")
        done.append(data)

    async def check() -> None:
        nonlocal looks
        looks += 1
        if looks < 2:
            raise HubError(Reason.STORE_UNAVAILABLE, "The store is away.")

    worker = QueueWorker(bus, tasks, handle, outcomes.refuse)
    running = asyncio.create_task(worker.run([check]))
    await bus.publish(tasks.subject, b"held", tasks.name)
    await until(lambda: done)
    worker.stop()
    await asyncio.wait_for(running, PATIENCE_SECONDS)
    assert away.is_set()
    assert outcomes.refused == []


async def test_a_worker_that_must_leave_hands_its_task_back_at_once(bus: Bus) -> None:
    tasks, outcomes, begun, done = queue(lease_seconds=60), Outcomes(), asyncio.Event(), list[bytes]()

    async def never(_: bytes) -> None:
        begun.set()
        await asyncio.Event().wait()

    async def handle(data: bytes) -> None:
        done.append(data)

    leaving = asyncio.create_task(QueueWorker(bus, tasks, never, outcomes.refuse).run())
    await bus.publish(tasks.subject, b"handed back", tasks.name)
    await asyncio.wait_for(begun.wait(), PATIENCE_SECONDS)
    leaving.cancel()
    await asyncio.wait([leaving], timeout=PATIENCE_SECONDS)
    async with working(bus, tasks, handle, outcomes):
        await until(lambda: done)
    assert outcomes.refused == []


async def test_workers_that_leave_use_up_no_attempt(bus: Bus) -> None:
    tasks, outcomes, done = queue(lease_seconds=60, deliveries=2), Outcomes(), list[bytes]()
    begun = asyncio.Queue[int]()

    async def never(_: bytes) -> None:
        begun.put_nowait(delivery().number)
        await asyncio.Event().wait()

    async def handle(data: bytes) -> None:
        done.append(data)

    await bus.publish(tasks.subject, b"handed around", tasks.name)
    for _ in range(3):
        leaving = asyncio.create_task(QueueWorker(bus, tasks, never, outcomes.refuse).run())
        assert await asyncio.wait_for(begun.get(), PATIENCE_SECONDS) == 1
        leaving.cancel()
        await asyncio.wait([leaving], timeout=PATIENCE_SECONDS)
    async with working(bus, tasks, handle, outcomes):
        await until(lambda: done)
    assert done == [b"handed around"]
    assert outcomes.refused == []
    assert await waiting(bus, tasks) == 0


async def test_what_was_taken_off_the_queue_is_not_put_back_by_a_worker_that_leaves(bus: Bus) -> None:
    tasks, begun = queue(lease_seconds=60), asyncio.Event()

    async def never(_: bytes) -> None:
        begun.set()
        await asyncio.Event().wait()

    await bus.publish(tasks.subject, b"not wanted any more", tasks.name)
    leaving = asyncio.create_task(QueueWorker(bus, tasks, never, Outcomes().refuse).run())
    await asyncio.wait_for(begun.wait(), PATIENCE_SECONDS)
    await bus.purge(TASKS_STREAM, tasks.subject)
    leaving.cancel()
    await asyncio.wait([leaving], timeout=PATIENCE_SECONDS)
    assert await bus.count(TASKS_STREAM, tasks.subject) == 0


async def test_a_worker_that_was_told_to_stop_begins_nothing_more(bus: Bus) -> None:
    tasks, taken = queue(lease_seconds=60), list[str]()

    def by(name: str) -> Handle:
        async def handle(_: bytes) -> None:
            taken.append(name)

        return handle

    async with working(bus, tasks, by("stopped"), Outcomes()) as worker:
        await bus.publish(tasks.subject, b"first", f"{tasks.name}-1")
        await until(lambda: taken)
        # It waits for the next one now.
        worker.stop()
        await bus.publish(tasks.subject, b"second", f"{tasks.name}-2")
        async with working(bus, tasks, by("other"), Outcomes()):
            await until(lambda: len(taken) == 2)
    assert taken == ["stopped", "other"]


async def test_a_queue_that_nats_has_lost_is_made_anew_and_work_goes_on(bus: Bus) -> None:
    tasks, outcomes, done = queue(), Outcomes(), list[bytes]()

    async def handle(data: bytes) -> None:
        done.append(data)

    async with working(bus, tasks, handle, outcomes):
        await bus.publish(tasks.subject, b"before", f"{tasks.name}-before")
        await until(lambda: done)
        await bus.jetstream.delete_consumer(tasks.stream, tasks.name)
        await bus.publish(tasks.subject, b"after", f"{tasks.name}-after")
        await until(lambda: len(done) == 2)
    assert outcomes.refused == []


async def test_a_queue_that_is_there_takes_up_other_settings(bus: Bus) -> None:
    before = queue(lease_seconds=30, deliveries=5)

    async def consumer(lease_seconds: float, deliveries: int) -> tuple[float | None, int | None]:
        await bus.consumer(
            before.stream, before.name, before.subject, lease_seconds=lease_seconds, deliveries=deliveries
        )
        config = (await bus.jetstream.consumer_info(before.stream, before.name)).config
        return config.ack_wait, config.max_deliver

    assert await consumer(30, 5) == (30, 5)
    await bus.publish(before.subject, b"task", new_id())
    assert await consumer(120, 9) == (120, 9)
    assert await waiting(bus, before) == 1
