"""Taking tasks from a queue: leases kept while work goes on, redelivery, back-off, and the last word on a failure."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field

import nats.errors
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.errors import Error as JetStreamError

from backplane.bus import Bus
from backplane.telemetry import REQUEST_ID_HEADER, begin_request, get_logger, hops, metrics
from domain.errors import Category, HubError, Reason

UNLIMITED = 1_000_000
"""Deliveries of a message that is tried until it is taken in."""
_log = get_logger(__name__)


@dataclass(frozen=True)
class Queue:
    """A queue of tasks or events: a durable consumer that all replicas share."""

    stream: str
    name: str
    subject: str
    lease_seconds: float
    deliveries: int
    concurrency: int = 1


@dataclass(frozen=True)
class Delivery:
    """The delivery of a message that is being handled.

    Attributes:
        message: what tells it from every other one on its stream.
        number: 1 for the first time that it is handed out.
        begun: when that was, by `time.monotonic`.
    """

    message: int = 0
    number: int = 1
    begun: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long ago it was handed out."""
        return time.monotonic() - self.begun


_delivery: ContextVar[Delivery | None] = ContextVar("delivery", default=None)


def delivery() -> Delivery:
    """The delivery in whose course we run."""
    return _delivery.get() or Delivery()


Check = Callable[[], Awaitable[None]]
"""Raises `HubError` where a part that work stands on is away."""
Handle = Callable[[bytes], Awaitable[None]]
"""Does the work of a message. Must leave the same behind however often it is called with the same one."""
Refuse = Callable[[bytes, HubError], Awaitable[None]]
"""Told when a message failed for good."""


class QueueWorker:
    """Takes messages from a queue and hands them to a function, a few at a time, until stopped.

    A message whose handler fails with a reason that trying again cannot change (anything but an unavailable part)
    is refused at once; another is tried again after a pause, as often as the queue says. While a part that all work
    stands on is away, a message is held, however long that takes: it is not to blame. A message whose worker dies is
    given to another when its lease runs out, and at once where the worker is told to leave.
    """

    def __init__(self, bus: Bus, queue: Queue, handle: Handle, refuse: Refuse) -> None:
        self._bus = bus
        self._queue = queue
        self._handle = handle
        self._refuse = refuse
        self._stopping = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        metrics.TASKS_RUNNING.labels(queue.name).set_function(lambda: len(self._running))
        self._checks: Sequence[Check] = ()

    async def run(self, checks: Sequence[Check] = ()) -> None:
        """Works until `stop` is called, then finishes what has begun; cancelled, it hands back what has begun.

        Args:
            checks: of the parts that all work stands on.
        """
        self._checks = checks
        try:
            await self._run()
        finally:
            while self._running:
                for work in self._running:
                    work.cancel()
                await asyncio.wait(self._running, timeout=1)

    async def _run(self) -> None:
        places = asyncio.Semaphore(self._queue.concurrency)
        subscription: JetStreamContext.PullSubscription | None = None
        while not self._stopping.is_set():
            await places.acquire()
            message: Msg | None = None
            try:
                if subscription is None:
                    subscription = await self._subscribe()
                message = await self._next(subscription)
            except HubError as error:
                _log.warning("queue unreachable", queue=self._queue.name, error=str(error))
                subscription = None
                await self._pause(0.5)
            if message is not None and self._stopping.is_set():
                await self._hand_back(message)
                message = None
            if message is None:
                places.release()
                continue
            work = asyncio.create_task(self._work(message))
            self._running.add(work)
            work.add_done_callback(self._running.discard)
            work.add_done_callback(lambda _: places.release())
        if self._running:
            await asyncio.wait(self._running)

    def stop(self) -> None:
        """Takes no more messages."""
        self._stopping.set()

    async def _subscribe(self) -> JetStreamContext.PullSubscription:
        queue = self._queue
        await self._bus.ensure_streams()
        return await self._bus.consumer(
            queue.stream,
            queue.name,
            queue.subject,
            lease_seconds=queue.lease_seconds,
            deliveries=queue.deliveries,
        )

    async def _next(self, subscription: JetStreamContext.PullSubscription) -> Msg | None:
        try:
            messages = await subscription.fetch(1, timeout=1)
        except (nats.errors.TimeoutError, TimeoutError):
            await self._bus.check()
            return None
        except (nats.errors.Error, JetStreamError) as error:
            raise HubError(Reason.BUS_UNAVAILABLE, f"No message could be fetched: {error}.") from error
        return messages[0]

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _work(self, message: Msg) -> None:
        begin_request((message.headers or {}).get(REQUEST_ID_HEADER))
        _delivery.set(taken := Delivery(message.metadata.sequence.stream, message.metadata.num_delivered))
        with hops.processing(self._queue.name, message.subject, taken.number, message.headers or {}) as span:
            lease = asyncio.create_task(self._keep_lease(message))
            try:
                outcome = await self._outcome(message)
            finally:
                lease.cancel()
            span.set_attribute("innhub.outcome", outcome)
        metrics.TASKS.labels(self._queue.name, outcome).observe(taken.seconds)

    async def _outcome(self, message: Msg) -> str:
        try:
            await self._handle_through_outages(message.data)
        except asyncio.CancelledError:
            await self._hand_back(message)
            raise
        except HubError as error:
            return await self._failed(message, error)
        except Exception as error:
            _log.exception("task failed", queue=self._queue.name)
            failure = HubError(Reason.INTERNAL, f"{type(error).__name__}: {error}.")
            return await self._failed(message, failure)
        await self._settle(message)
        return "done"

    async def _handle_through_outages(self, data: bytes) -> None:
        while True:
            try:
                return await self._handle(data)
            except HubError as error:
                if error.reason.category is not Category.UNAVAILABLE or not await self._outage(error):
                    raise

    async def _outage(self, error: HubError) -> bool:
        """Whether a part was away, and is back now."""
        was_away = False
        while not self._stopping.is_set():
            try:
                for check in self._checks:
                    await check()
            except HubError as problem:
                if not was_away:
                    _log.warning("task waits", queue=self._queue.name, reason=error.reason, problem=str(problem))
                was_away = True
                await self._pause(1)
            else:
                return was_away
        return False

    async def _failed(self, message: Msg, error: HubError) -> str:
        attempt = message.metadata.num_delivered
        may_pass = error.reason.category in {Category.UNAVAILABLE, Category.INTERNAL}
        _log.warning("task failed", queue=self._queue.name, attempt=attempt, reason=error.reason, error=str(error))
        if may_pass and attempt < self._queue.deliveries:
            with suppress(nats.errors.Error, JetStreamError):
                await message.nak(delay=min(0.5 * 2**attempt, 30.0))
            return "again"
        await self._refuse(message.data, error)
        await self._settle(message)
        return "refused"

    async def _hand_back(self, message: Msg) -> None:
        """Lets another worker take a message up at once. That this one had it must not count as an attempt.

        So a message whose attempts are counted is put on the queue anew: workers that leave while it takes long could
        else use them all up. Where that fails it comes again when its lease ends.
        """
        with suppress(HubError, nats.errors.Error, JetStreamError, TimeoutError):
            if self._queue.deliveries >= UNLIMITED:
                await message.nak()
                return
            sequence = message.metadata.sequence.stream
            # What was taken off the queue meanwhile is wanted by nobody any more.
            if await self._bus.message(self._queue.stream, sequence) is not None:
                await self._bus.publish(message.subject, message.data, f"handed-back-{sequence}")
                await message.ack_sync(timeout=5)

    async def _settle(self, message: Msg) -> None:
        """Acknowledges; where that gets lost the message comes again, which changes nothing."""
        with suppress(nats.errors.Error, JetStreamError, TimeoutError):
            await message.ack_sync(timeout=5)

    async def _keep_lease(self, message: Msg) -> None:
        while True:
            await asyncio.sleep(self._queue.lease_seconds / 3)
            with suppress(nats.errors.Error, JetStreamError):
                await message.in_progress()
