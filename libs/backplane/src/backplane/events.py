"""Saying what happened: events for the bus, made from what the services know."""

from backplane.bus import Bus, retried
from backplane.queues import EVENTS_SUBJECT
from domain.errors import HubError, Reason
from innhub_proto.errors.v1 import errors_pb2
from innhub_proto.events.v1 import events_pb2


async def publish_event(bus: Bus, event: events_pb2.Event, message_id: str) -> None:
    """Publishes an event, and tries again while the bus is away: what happened must not get lost."""
    data = event.SerializeToString()
    await retried(lambda: bus.publish(EVENTS_SUBJECT, data, message_id))


def failure_message(error: HubError) -> events_pb2.Failure:
    """A reason with its words, for the bus."""
    reason = errors_pb2.Reason.Value(f"REASON_{error.reason.value}")
    return events_pb2.Failure(reason=reason, message=error.message, advice=error.advice)


def failure_error(failure: events_pb2.Failure) -> HubError:
    """The error that a failure on the bus stands for."""
    name = errors_pb2.Reason.Name(failure.reason).removeprefix("REASON_")
    return HubError(Reason(name), failure.message, failure.advice)
