"""Buckets on a real NATS: records that many change at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from nats.js import JetStreamContext
from nats.js.api import ConsumerInfo

from backplane.buckets import Bucket
from backplane.bus import Bus, retried
from backplane.settings import BusSettings
from domain.errors import HubError, Reason
from domain.identifiers import new_id


@pytest.fixture
async def bucket(bus_settings: BusSettings) -> AsyncIterator[Bucket]:
    bus = await Bus.connect(bus_settings, "test")
    yield await bus.bucket(f"test-{new_id()}")
    await bus.close()


async def test_a_record_is_created_once(bucket: Bucket) -> None:
    assert await bucket.create("w.one", b"first")
    assert not await bucket.create("w.one", b"second")
    found = await bucket.get("w.one")
    assert found is not None
    assert found.value == b"first"


async def test_sixteen_writers_at_once_lose_nothing(bucket: Bucket) -> None:
    await bucket.create("w.count", b"0")

    async def write() -> None:
        for _ in range(5):
            assert await bucket.change("w.count", lambda value: b"%d" % (int(value) + 1)) is not None

    await asyncio.gather(*(write() for _ in range(16)))
    found = await bucket.get("w.count")
    assert found is not None
    assert found.value == b"80"


async def test_a_change_to_nothing_leaves_the_record(bucket: Bucket) -> None:
    await bucket.create("w.one", b"as it was")
    assert await bucket.change("w.one", lambda _: None) == b"as it was"
    assert await bucket.change("w.absent", lambda value: value + b"!") is None
    assert await bucket.get("w.absent") is None


async def test_a_list_leaves_nothing_on_the_server(bus_settings: BusSettings) -> None:
    name = f"test-{new_id()}"
    bus = await Bus.connect(bus_settings, "test")
    bucket = await bus.bucket(name)
    await bucket.create("w.one", b"1")
    for _ in range(3):
        assert [entry.value for entry in await bucket.list("w.>")] == [b"1"]
        assert await bucket.list("nobody.>") == []
    assert (await bus.jetstream.stream_info(f"KV_{name}")).state.consumer_count == 0
    await bus.close()


async def test_what_was_deleted_is_gone_and_can_be_made_again(bucket: Bucket) -> None:
    await bucket.create("w.one", b"1")
    await bucket.delete("w.one")
    await bucket.delete("w.never-there")
    assert await bucket.get("w.one") is None
    assert await bucket.list("w.*") == []
    assert await bucket.create("w.one", b"2")


async def test_a_list_is_of_one_workspace_and_sorted(bucket: Bucket) -> None:
    for key in ("b.2", "a.1", "b.1"):
        await bucket.create(key, key.encode())
    assert [entry.key for entry in await bucket.list("b.*")] == ["b.1", "b.2"]
    assert [entry.value for entry in await bucket.list(">")] == [b"a.1", b"b.1", b"b.2"]


async def test_a_list_is_whole_however_late_the_client_reads(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    await bucket.create("w.one", b"1")
    await bucket.create("w.two", b"2")
    # What nats-py counts on a busy machine: nothing taken from the socket yet, though the server has sent it all.
    monkeypatch.setattr(JetStreamContext.PushSubscription, "delivered", 0)
    monkeypatch.setattr(ConsumerInfo, "num_pending", property(lambda _: 0, lambda *_: None), raising=False)
    assert [entry.key for entry in await bucket.list("w.*")] == ["w.one", "w.two"]
    assert await bucket.list("v.*") == []


async def test_a_watch_tells_what_is_there_and_then_what_happens(bucket: Bucket) -> None:
    await bucket.create("w.one", b"1")
    async with bucket.watch("w.one") as changes, asyncio.timeout(20):
        first = await anext(changes)
        assert first is not None
        assert first.value == b"1"
        assert await anext(changes) is None
        await bucket.change("w.one", lambda _: b"2")
        second = await anext(changes)
        assert second is not None
        assert second.value == b"2"
        await bucket.delete("w.one")
        third = await anext(changes)
        assert third is not None
        assert third.value is None


async def test_a_watch_that_may_have_gone_deaf_tells_again_how_things_stand(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backplane.buckets._LOOK_SECONDS", 0.05)
    reconnections = 0
    watched = Bucket(bucket._store, lambda: reconnections)
    await bucket.create("w.one", b"1")
    async with watched.watch("w.*") as changes, asyncio.timeout(20):
        first, complete = await anext(changes), await anext(changes)
        assert (first.value if first else b"", complete) == (b"1", None)
        reconnections = 1
        again = await anext(changes)
        assert again == first
        await bucket.create("w.two", b"2")
        following = await anext(changes)
        assert (following.value if following else b"") == b"2"


async def test_what_must_not_get_lost_is_tried_again_and_other_failures_are_not() -> None:
    calls: list[int] = []

    async def away_at_first() -> None:
        calls.append(1)
        if len(calls) < 3:
            raise HubError(Reason.BUS_UNAVAILABLE, "away")

    await retried(away_at_first)
    assert len(calls) == 3

    async def wrong() -> None:
        calls.append(1)
        raise HubError(Reason.ARGUMENT_INVALID, "wrong")

    with pytest.raises(HubError):
        await retried(wrong)
    assert len(calls) == 4


async def test_a_watch_waits_for_a_bucket_that_nats_has_lost(
    bus_settings: BusSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backplane.buckets._LOOK_SECONDS", 0.05)
    bus, name, reconnections = await Bus.connect(bus_settings, "test"), f"test-{new_id()}", 0
    await bus.bucket(name)
    watched = Bucket(await bus.jetstream.key_value(name), lambda: reconnections)
    async with asyncio.timeout(30), watched.watch("a.*") as changes:
        assert await anext(changes) is None
        await bus.jetstream.delete_key_value(name)
        reconnections = 1
        hearing = asyncio.ensure_future(anext(changes))
        # Long enough for several attempts to begin again, all in vain.
        await asyncio.wait([hearing], timeout=1)
        assert not hearing.done()
        await bus.ensure_streams()
        await watched.create("a.b", b"news")
        found = await hearing
    assert found is not None
    assert (found.key, found.value) == ("a.b", b"news")
    await bus.close()
