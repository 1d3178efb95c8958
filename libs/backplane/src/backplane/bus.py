"""NATS JetStream: the work queue, the events, and the buckets of records with compare-and-swap.

This module carries bytes. What they mean is the business of the servicers and workers at its ends.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Self

import nats
import nats.errors
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, KeyValueConfig, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import BucketNotFoundError, KeyNotFoundError, KeyWrongLastSequenceError, NotFoundError
from nats.js.errors import Error as JetStreamError
from nats.js.kv import KV_DEL, KV_PURGE, KeyValue

from backplane.settings import BusSettings
from backplane.telemetry import REQUEST_ID_HEADER, get_logger, request_id
from domain.errors import HubError, Reason

TASKS_STREAM = "TASKS"
EVENTS_STREAM = "EVENTS"
DEAD_LETTERS_STREAM = "DEAD_LETTERS"
DEAD_LETTER_SUBJECT = f"$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.{TASKS_STREAM}.*"

_WEEK = 7 * 24 * 3600.0
_log = get_logger(__name__)


@dataclass(frozen=True)
class Entry:
    """A value of a bucket with the revision that a compare-and-swap needs. A deleted key has the value None."""

    key: str
    value: bytes | None
    revision: int


class Bucket:
    """A bucket of records. Keys are dotted: `<workspace>.<id>`."""

    def __init__(self, store: KeyValue) -> None:
        self._store = store

    async def get(self, key: str) -> Entry | None:
        """The record under a key, if any."""
        with _bus_errors():
            try:
                entry = await self._store.get(key)
            except KeyNotFoundError:
                return None
            return Entry(key, entry.value or b"", entry.revision or 0)

    async def create(self, key: str, value: bytes) -> bool:
        """Writes a record that must not exist yet; False if it does."""
        with _bus_errors():
            try:
                await self._store.create(key, value)
            except KeyWrongLastSequenceError:
                return False
            return True

    async def change(self, key: str, changed: Callable[[bytes], bytes | None]) -> bytes | None:
        """Replaces a record by a function of it, again and again until nobody came between.

        Args:
            key: the record.
            changed: gives the new record, or None to leave it as it is. May be called more than once.

        Returns:
            The record as it stands now, or None if there is none.
        """
        for attempt in range(100):
            entry = await self.get(key)
            if entry is None or entry.value is None:
                return None
            value = changed(entry.value)
            if value is None or value == entry.value:
                return entry.value
            with _bus_errors():
                try:
                    await self._store.update(key, value, last=entry.revision)
                except KeyWrongLastSequenceError:
                    await asyncio.sleep(min(0.001 * 2**attempt, 0.1))
                    continue
            return value
        raise HubError(Reason.CONCURRENT_CHANGE, f"The record {key} changes too fast.", "Try again.")

    async def delete(self, key: str) -> None:
        """Removes a record; none is no error."""
        with _bus_errors():
            await self._store.purge(key)

    async def list(self, pattern: str) -> list[Entry]:
        """All records whose key matches a pattern (`workspace.>`), in the order of their keys."""
        entries: list[Entry] = []
        async with self.watch(pattern) as changes:
            async for change in changes:
                if change is None:
                    break
                if change.value is not None:
                    entries.append(change)
        return sorted(entries, key=lambda entry: entry.key)

    @asynccontextmanager
    async def watch(self, pattern: str) -> AsyncIterator[AsyncIterator[Entry | None]]:
        """Records as they stand, then None once, then every change as it happens."""
        with _bus_errors():
            watcher = await self._store.watch(pattern)

        async def changes() -> AsyncIterator[Entry | None]:
            begun = late = False
            while True:
                try:
                    entry = await watcher.updates(timeout=3600)
                except (nats.errors.TimeoutError, TimeoutError):
                    continue
                if entry is None:
                    # On a busy machine the client says so while the records are still on their way to it.
                    late = not begun and await _has_sent(watcher)
                    if not late:
                        yield None
                    continue
                begun = True
                gone = entry.operation in {KV_DEL, KV_PURGE}
                yield Entry(entry.key, None if gone else entry.value or b"", entry.revision or 0)
                if late and entry.delta == 0:
                    late = False
                    yield None

        try:
            yield changes()
        finally:
            await watcher.stop()


async def _has_sent(watcher: KeyValue.KeyWatcher) -> bool:
    """Whether the server has sent any record to a watcher."""
    assert watcher._sub is not None, "a watcher that has said something is subscribed"
    with _bus_errors():
        delivered = (await watcher._sub.consumer_info()).delivered
    return delivered is not None and delivered.consumer_seq > 0


class Bus:
    """A connection that comes back by itself for as long as the process lives."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.jetstream: JetStreamContext = client.jetstream(timeout=10)

    @classmethod
    async def connect(cls, settings: BusSettings, name: str) -> Self:
        """Connects, and makes the streams where they are missing."""
        try:
            client = await nats.connect(
                settings.url,
                user=settings.user or None,
                password=settings.password.get_secret_value() or None,
                name=name,
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.5,
                error_cb=_log_client_error,
            )
        except (nats.errors.Error, OSError) as error:
            raise HubError(Reason.BUS_UNAVAILABLE, f"NATS does not answer at {settings.url}: {error}.") from error
        bus = cls(client)
        await bus._ensure_streams()
        return bus

    async def _ensure_streams(self) -> None:
        file = StorageType.FILE
        streams = [
            StreamConfig(
                name=TASKS_STREAM,
                subjects=["tasks.>"],
                retention=RetentionPolicy.WORK_QUEUE,
                storage=file,
                duplicate_window=120,
            ),
            StreamConfig(name=EVENTS_STREAM, subjects=["events.>"], storage=file, max_age=_WEEK, duplicate_window=120),
            StreamConfig(name=DEAD_LETTERS_STREAM, subjects=[DEAD_LETTER_SUBJECT], storage=file, max_age=_WEEK),
        ]
        with _bus_errors():
            for stream in streams:
                await self.jetstream.add_stream(stream)

    async def bucket(self, name: str) -> Bucket:
        """A bucket of records, made where it is missing."""
        with _bus_errors():
            try:
                return Bucket(await self.jetstream.key_value(name))
            except BucketNotFoundError:
                config = KeyValueConfig(bucket=name, history=1, storage=StorageType.FILE)
                return Bucket(await self.jetstream.create_key_value(config))

    async def publish(self, subject: str, data: bytes, message_id: str) -> None:
        """Publishes and waits until the server has it safe. The same `message_id` within two minutes counts once."""
        headers = {"Nats-Msg-Id": message_id, REQUEST_ID_HEADER: request_id()}
        with _bus_errors():
            await self.jetstream.publish(subject, data, headers=headers)

    async def consumer(
        self, stream: str, name: str, subject: str, *, lease_seconds: float, deliveries: int
    ) -> JetStreamContext.PullSubscription:
        """The durable consumer of that name, shared by all replicas that ask for it."""
        config = ConsumerConfig(ack_wait=lease_seconds, max_deliver=deliveries, max_ack_pending=10_000)
        with _bus_errors():
            return await self.jetstream.pull_subscribe(subject, durable=name, stream=stream, config=config)

    async def purge(self, stream: str, subject: str) -> None:
        """Takes all messages of a subject off a stream."""
        with _bus_errors():
            await self.jetstream.purge_stream(stream, subject=subject)

    async def message(self, stream: str, sequence: int) -> bytes | None:
        """A message of a stream; None if it is gone."""
        with _bus_errors():
            try:
                return (await self.jetstream.get_msg(stream, sequence)).data
            except NotFoundError:
                return None

    async def remove(self, stream: str, sequence: int) -> None:
        """Takes one message off a stream; one that is gone already is no error."""
        with _bus_errors():
            try:
                await self.jetstream.delete_msg(stream, sequence)
            except NotFoundError:
                return

    async def check(self) -> None:
        """Raises `HubError` (`BUS_UNAVAILABLE`) if the bus cannot be used now."""
        if not self._client.is_connected:
            raise HubError(Reason.BUS_UNAVAILABLE, "NATS is not connected.")

    async def close(self) -> None:
        """Sends what is still to be sent, and leaves."""
        # Not `drain`: it waits for pull subscriptions to be read empty, which nobody does any more.
        if self._client.is_connected:
            with suppress(nats.errors.Error, TimeoutError):
                await self._client.flush(timeout=2)
        await self._client.close()


async def retried(call: Callable[[], Awaitable[None]], attempts: int = 60) -> None:
    """Repeats a call while the bus is away, for what must not get lost."""
    for attempt in range(attempts):
        try:
            return await call()
        except HubError as error:
            if error.reason is not Reason.BUS_UNAVAILABLE or attempt == attempts - 1:
                raise
            await asyncio.sleep(min(0.1 * 2**attempt, 2.0))
    return None


class _bus_errors:  # noqa: N801
    """Turns what the client raises when the server is away into a `HubError`."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, nats.errors.Error | JetStreamError | TimeoutError | OSError):
            raise HubError(
                Reason.BUS_UNAVAILABLE,
                f"The message bus did not answer ({type(error).__name__}: {error}).",
                "Try again in a moment; if it stays, an operator must look at NATS.",
            ) from error


async def _log_client_error(error: Exception) -> None:
    _log.warning("bus", error=f"{type(error).__name__}: {error}")
