"""How long the queues are, for Prometheus and for whoever decides how many workers there are."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from backplane.bus import Bus
from backplane.tasks import Queue
from backplane.telemetry import get_logger, metrics
from domain.errors import HubError

_log = get_logger(__name__)


async def watch_queues(bus: Bus, queues: Sequence[Queue], every_seconds: float = 10.0) -> None:
    """Measures queues of tasks again and again, until it is cancelled.

    Args:
        bus: has the queues.
        queues: on streams that hold nothing but what is to be done still.
        every_seconds: how often.
    """
    while True:
        try:
            for queue in queues:
                await measure_queue(bus, queue)
        except HubError as error:
            _log.warning("queues not measured", reason=error.reason, error=str(error))
        await asyncio.sleep(every_seconds)


async def measure_queue(bus: Bus, queue: Queue) -> None:
    """Notes how many messages of a queue are not settled, and how old the oldest is."""
    oldest = await bus.oldest(queue.stream, queue.subject)
    age = 0.0 if oldest is None else (datetime.now(UTC) - oldest).total_seconds()
    metrics.QUEUE_WAITING.labels(queue.name).set(await bus.count(queue.stream, queue.subject))
    metrics.QUEUE_OLDEST.labels(queue.name).set(max(age, 0.0))
