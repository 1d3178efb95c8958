"""NATS JetStream: the connection, the work queue and the events. `buckets` keeps records on it.

This module carries bytes. What they mean is the business of the servicers and workers at its ends.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Self

import nats
import nats.errors
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, KeyValueConfig, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import BucketNotFoundError, NotFoundError

from backplane.buckets import Bucket
from backplane.bus_errors import bus_errors
from backplane.settings import BusSettings
from backplane.telemetry import REQUEST_ID_HEADER, get_logger, hops, request_id, tracing
from domain.errors import HubError, Reason

TASKS_STREAM = "TASKS"
EVENTS_STREAM = "EVENTS"
DEAD_LETTERS_STREAM = "DEAD_LETTERS"
DEAD_LETTER_SUBJECT = f"$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.{TASKS_STREAM}.*"

_WEEK = 7 * 24 * 3600.0
_log = get_logger(__name__)


class Bus:
    """A connection that comes back by itself for as long as the process lives."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.jetstream: JetStreamContext = client.jetstream(timeout=10)
        self._buckets: set[str] = set()

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
        await bus.ensure_streams()
        return bus

    async def ensure_streams(self) -> None:
        """Makes the streams, and the buckets that were asked for, where they are missing: NATS may lose its disk."""
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
        with bus_errors():
            for stream in streams:
                await self.jetstream.add_stream(stream)
        for name in sorted(self._buckets):
            await self.bucket(name)

    async def bucket(self, name: str) -> Bucket:
        """A bucket of records, made where it is missing."""
        self._buckets.add(name)
        with bus_errors():
            try:
                return Bucket(await self.jetstream.key_value(name), self._reconnections)
            except BucketNotFoundError:
                config = KeyValueConfig(bucket=name, history=1, storage=StorageType.FILE)
                return Bucket(await self.jetstream.create_key_value(config), self._reconnections)

    async def publish(self, subject: str, data: bytes, message_id: str, carrier: tracing.Carrier | None = None) -> None:
        """Publishes and waits until the server has it safe. The same `message_id` within two minutes counts once.

        Args:
            subject: where.
            data: what.
            message_id: what tells it from every other message.
            carrier: of the trace that it belongs to; None for the present one.
        """
        with hops.sending(subject, message_id, carrier), bus_errors():
            headers = {"Nats-Msg-Id": message_id, REQUEST_ID_HEADER: request_id(), **tracing.carried()}
            await self.jetstream.publish(subject, data, headers=headers)

    async def consumer(
        self, stream: str, name: str, subject: str, *, lease_seconds: float, deliveries: int
    ) -> JetStreamContext.PullSubscription:
        """The durable consumer of that name, shared by all replicas that ask for it.

        One that is there takes up the lease and the deliveries asked for last: an upgrade may change them.
        """
        config = ConsumerConfig(
            name=name,
            durable_name=name,
            filter_subject=subject,
            ack_wait=lease_seconds,
            max_deliver=deliveries,
            max_ack_pending=10_000,
        )
        with bus_errors():
            await self.jetstream.add_consumer(stream, config)
            return await self.jetstream.pull_subscribe_bind(durable=name, stream=stream)

    async def purge(self, stream: str, subject: str) -> None:
        """Takes all messages of a subject off a stream."""
        with bus_errors():
            await self.jetstream.purge_stream(stream, subject=subject)

    async def count(self, stream: str, subject: str) -> int:
        """How many messages of a subject a stream holds."""
        with bus_errors():
            state = (await self.jetstream.stream_info(stream, subjects_filter=subject)).state
        return sum((state.subjects or {}).values())

    async def oldest(self, stream: str, subject: str) -> datetime | None:
        """When the oldest message of a subject came that a stream holds; None if it holds none."""
        with bus_errors():
            try:
                return (await self.jetstream.get_msg(stream, seq=1, subject=subject, next=True)).time
            except NotFoundError:
                return None

    async def message(self, stream: str, sequence: int) -> bytes | None:
        """A message of a stream; None if it is gone."""
        with bus_errors():
            try:
                return (await self.jetstream.get_msg(stream, sequence)).data
            except NotFoundError:
                return None

    async def held(self, stream: str, subject: str) -> AsyncIterator[bytes]:
        """The messages of a subject that a stream holds, oldest first, fetched one by one."""
        sequence = 0
        while True:
            with bus_errors():
                try:
                    found = await self.jetstream.get_msg(stream, seq=sequence + 1, subject=subject, next=True)
                except NotFoundError:
                    return
            sequence = found.seq or 0
            yield found.data or b""

    async def remove(self, stream: str, sequence: int) -> None:
        """Takes one message off a stream; one that is gone already is no error."""
        with bus_errors():
            try:
                await self.jetstream.delete_msg(stream, sequence)
            except NotFoundError:
                return

    async def check(self) -> None:
        """Raises `HubError` (`BUS_UNAVAILABLE`) if the bus cannot be used now."""
        if not self._client.is_connected:
            raise HubError(Reason.BUS_UNAVAILABLE, "NATS is not connected.")

    def _reconnections(self) -> int:
        return int(self._client.stats["reconnects"])

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


async def _log_client_error(error: Exception) -> None:
    _log.warning("bus", error=f"{type(error).__name__}: {error}")
