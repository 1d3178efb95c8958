"""Runs on a real NATS, from the record to the queue and back, with workers that do nothing."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from backplane.bus import TASKS_STREAM, Bus
from backplane.lifecycle import beside, working
from backplane.queues import shards
from backplane.settings import BusSettings, ServiceSettings
from backplane.tasks import QueueWorker
from domain.errors import HubError, Reason
from domain.identifiers import new_id
from gateway.clients.tasks import subject, work_on_shard
from gateway.listener import Listener
from gateway.records import Failure, Records
from gateway.runs.dispatcher import Dispatcher
from gateway.runs.dispatching import Limits
from gateway.runs.kinds import RunKind, RunState
from gateway.runs.new import AskedOfAll
from gateway.runs.record import ModelProgress, RunRecord
from gateway.runs.service import Runs
from innhub_proto.events.v1 import events_pb2

SHARD = 10
PATIENCE_SECONDS = 20.0
FAILURE = Failure(reason=Reason.TIMED_OUT, detail="long", advice="less")


class Clock:
    """Tells the time that a test says."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class House:
    """The gateway's part of runs, as often as wanted, and workers."""

    def __init__(self, bus: Bus, bucket: str, records: Records[RunRecord]) -> None:
        self.bus, self.bucket, self.records, self.clock = bus, bucket, records, Clock()
        self.runs = Runs(records, bus, self.clock)
        self.done: list[tuple[str, int]] = []
        self.broken: set[int] = set()

    @asynccontextmanager
    async def dispatching(self, *, gateways: int = 1, samples_a_day: int = 0) -> AsyncIterator[None]:
        limits = Limits(2, samples_a_day)
        async with AsyncExitStack() as stack:
            for _ in range(gateways):
                dispatcher = Dispatcher(self.records, self.bus, limits, self.clock, tick_seconds=0.2)
                await stack.enter_async_context(beside(*dispatcher.works))
            yield

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        async def handle(data: bytes) -> None:
            task = events_pb2.Task.FromString(data)
            work = task.predict_shard
            if work.shard in self.broken:
                raise HubError(Reason.MODEL_CORRUPT, "broken", "mend it")
            self.done.append((work.run, work.shard))
            await self.runs.shard_completed(task.workspace, work.run, work.model, work.shard, SHARD)

        async def refuse(data: bytes, error: HubError) -> None:
            task = events_pb2.Task.FromString(data)
            work = task.predict_shard
            await self.runs.shard_failed(task.workspace, work.run, work.model, work.shard, Failure.of(error))

        worker = QueueWorker(self.bus, shards(ServiceSettings()), handle, refuse)
        async with working([worker], PATIENCE_SECONDS):
            yield

    async def begin(self, count: int, models: tuple[str, ...] = ("m",)) -> RunRecord:
        record = RunRecord(
            name="r",
            created_by="ann",
            kind=RunKind.PREDICT,
            dataset="d",
            shards=count,
            samples=SHARD * count,
            progress={model: ModelProgress() for model in models},
        )
        await self.runs.begin("w", record)
        return record

    async def lose(self, run: RunRecord) -> None:
        """Takes a record and its tasks away so that no watch hears of it, as where a server has lost them."""
        await self.bus.jetstream.purge_stream(f"KV_{self.bucket}", subject=f"$KV.{self.bucket}.w.{run.id}")
        await self.bus.purge(TASKS_STREAM, subject(run))

    async def merges(self, run: RunRecord) -> int:
        return await self.bus.count(TASKS_STREAM, f"tasks.statistics.{run.id}")

    async def until(self, run: RunRecord, met: Callable[[RunRecord], object]) -> RunRecord:
        async with asyncio.timeout(PATIENCE_SECONDS), self.records.watch("w", run.id) as changes:
            async for change in changes:
                if change is not None and change.record is not None and met(change.record):
                    return change.record
        raise AssertionError("the run was removed")

    async def over(self, run: RunRecord) -> RunRecord:
        return await self.until(run, lambda record: record.state.ended)

    def shards_done(self, run: RunRecord) -> list[int]:
        return sorted(shard for identifier, shard in self.done if identifier == run.id)


@pytest.fixture
async def house(bus_settings: BusSettings) -> AsyncIterator[House]:
    bus = await Bus.connect(bus_settings, "test")
    bucket = f"runs-{new_id()}"
    yield House(bus, bucket, Records(await bus.bucket(bucket), RunRecord, "run", Reason.RUN_NOT_FOUND))
    await bus.purge(TASKS_STREAM, "tasks.shards.*")
    await bus.purge(TASKS_STREAM, "tasks.statistics.*")
    await bus.close()


async def test_all_tasks_of_a_run_are_done_once_with_few_on_the_queue(house: House) -> None:
    run = await house.begin(7)
    async with house.dispatching():
        handed_out = await house.until(run, lambda record: record.on_queue == 2)
        assert (handed_out.state, handed_out.waiting) == (RunState.RUNNING, 5)
        assert await house.bus.count(TASKS_STREAM, subject(run)) == 2
        async with house.at_work():
            done = await house.over(run)
    assert (done.state, done.progress["m"].samples) == (RunState.DONE, 7 * SHARD)
    assert house.shards_done(run) == list(range(7))


async def test_what_a_run_has_predicted_is_asked_to_be_merged(house: House) -> None:
    run = await house.begin(2)
    async with house.dispatching(), house.at_work():
        await house.over(run)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await house.merges(run) != 1:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


async def test_what_a_model_has_predicted_is_merged_whatever_becomes_of_the_run(house: House) -> None:
    failing, cancelled = [await house.begin(2, ("whole", "half")) for _ in range(2)]
    await house.runs.cancel("w", cancelled.id)
    for run in failing, cancelled:
        await house.runs.shard_failed("w", run.id, "half", 0, FAILURE)
        await house.runs.shard_completed("w", run.id, "half", 1, SHARD)
        await house.runs.shard_completed("w", run.id, "whole", 0, SHARD)
        assert await house.merges(run) == 0
        await house.runs.shard_completed("w", run.id, "whole", 1, SHARD)
        assert await house.merges(run) == 1
    assert (await house.over(failing)).state is RunState.FAILED


async def test_two_gateways_hand_out_every_task_once(house: House) -> None:
    run = await house.begin(12)
    async with house.dispatching(gateways=2), house.at_work():
        assert (await house.over(run)).state is RunState.DONE
    assert house.shards_done(run) == list(range(12))


async def test_another_gateway_goes_on_where_one_has_stopped(house: House) -> None:
    run = await house.begin(6)
    async with house.dispatching():
        await house.until(run, lambda record: record.on_queue == 2)
    async with house.at_work():
        await house.until(run, lambda record: len(record.progress["m"].finished) == 2)
        async with house.dispatching():
            assert (await house.over(run)).state is RunState.DONE
    assert house.shards_done(run) == list(range(6))


async def test_tasks_that_got_lost_are_handed_out_again(house: House) -> None:
    run = await house.begin(3)
    async with house.dispatching():
        await house.until(run, lambda record: record.on_queue == 2)
        await house.bus.purge(TASKS_STREAM, subject(run))
        async with house.at_work():
            assert (await house.over(run)).state is RunState.DONE


async def test_a_run_whose_record_is_lost_does_not_hold_up_the_others(house: House) -> None:
    lost = await house.begin(3)
    async with house.dispatching():
        await house.until(lost, lambda record: record.on_queue == 2)
        await house.lose(lost)
        other = await house.begin(2)
        async with house.at_work():
            assert (await house.over(other)).state is RunState.DONE


async def test_shards_that_failed_are_done_when_they_are_tried_again(house: House) -> None:
    run, house.broken = await house.begin(4), {1, 3}
    async with house.dispatching(), house.at_work():
        failed = await house.over(run)
        assert failed.state is RunState.FAILED
        assert sorted(one.shard for one in failed.failures) == [1, 3]
        assert {one.failure.advice for one in failed.failures} == {"mend it"}
        house.broken = {3}
        await house.runs.retry("w", run.id)
        again = await house.until(run, lambda record: record.state.ended and record.attempt == 1)
        assert [one.shard for one in again.failures] == [3]
        house.broken = set()
        await house.runs.retry("w", run.id)
        assert (await house.until(run, lambda record: record.state is RunState.DONE)).failures == ()
    assert house.shards_done(run) == list(range(4))


async def test_a_run_pauses_at_the_quota_and_goes_on_the_next_day(house: House) -> None:
    run = await house.begin(5)
    async with house.dispatching(samples_a_day=3 * SHARD), house.at_work():
        paused = await house.until(run, lambda record: record.state is RunState.PAUSED)
        assert paused.done_by_day == {"2026-11-24": 3 * SHARD}
        house.clock.now += timedelta(days=1)
        done = await house.over(run)
    assert done.done_by_day == {"2026-11-24": 3 * SHARD, "2026-11-25": 2 * SHARD}
    assert done.pause is None


async def test_a_run_that_pauses_can_be_cancelled(house: House) -> None:
    run = await house.begin(5)
    async with house.dispatching(samples_a_day=SHARD), house.at_work():
        await house.until(run, lambda record: record.state is RunState.PAUSED)
        assert (await house.runs.cancel("w", run.id)).state is RunState.CANCELLED
    assert await house.bus.count(TASKS_STREAM, subject(run)) == 0


async def test_a_cancelled_run_leaves_nothing_on_the_queue(house: House) -> None:
    run = await house.begin(5)
    async with house.dispatching():
        await house.until(run, lambda record: record.on_queue == 2)
        await house.runs.cancel("w", run.id)
        other = await house.begin(2)
        async with house.at_work():
            await house.over(other)
    assert house.shards_done(run) == []


@pytest.mark.parametrize("kind", [RunKind.EXPLAIN, RunKind.UMAP])
async def test_a_task_at_which_all_workers_died_is_a_failure_with_its_reason(house: House, kind: RunKind) -> None:
    run = await house.begin(1)
    run = run.model_copy(update={"kind": kind, "explanation": AskedOfAll(method="gradient")})
    await work_on_shard(house.bus, "w", run, "m", 0)
    task = await house.bus.jetstream.get_last_msg(TASKS_STREAM, subject(run))
    advisory = {"stream_seq": task.seq, "deliveries": 5}
    nobody = cast(Any, None)
    await Listener(house.bus, nobody, nobody, house.runs).dead_letter(json.dumps(advisory).encode())
    failed = await house.runs.get("w", run.id)
    assert failed.state is RunState.FAILED
    assert failed.failures[0].failure.reason is Reason.WORKER_CRASHED
    assert "5 times" in failed.failures[0].failure.detail
    assert (failed.work.deliveries, failed.work.retries) == (5, 4)
    assert await house.bus.count(TASKS_STREAM, subject(run)) == 0
