"""Saying what happened: events for the bus, made from what the services know."""

from dataclasses import dataclass
from typing import Protocol

from backplane.bus import Bus, retried
from backplane.queues import EVENTS_SUBJECT
from backplane.tasks import delivery
from domain.errors import HubError, Reason
from innhub_proto.errors.v1 import errors_pb2
from innhub_proto.events.v1 import events_pb2


async def publish_event(bus: Bus, event: events_pb2.Event, message_id: str) -> None:
    """Publishes an event, and tries again while the bus is away: what happened must not get lost."""
    data = event.SerializeToString()
    await retried(lambda: bus.publish(EVENTS_SUBJECT, data, message_id))


class ShardWork(Protocol):
    """The shard that a task of a run is about."""

    @property
    def run(self) -> str: ...  # noqa: D102
    @property
    def model(self) -> str: ...  # noqa: D102
    @property
    def shard(self) -> int: ...  # noqa: D102


@dataclass(frozen=True)
class WholeModel:
    """What a run does with all samples of a data set in one task a model: that counts as its shard 0."""

    run: str
    model: str
    shard: int = 0


async def publish_shard_completed(bus: Bus, workspace: str, work: ShardWork, samples: int) -> None:
    """Says that a shard of a run is done, how many samples it holds, and what it has cost."""
    now = delivery()
    completed = events_pb2.ShardCompleted(
        run=work.run,
        model=work.model,
        shard=work.shard,
        samples=samples,
        seconds=now.seconds,
        deliveries=now.number,
    )
    event = events_pb2.Event(workspace=workspace, shard_completed=completed)
    await publish_event(bus, event, f"shard-completed-{work.run}-{work.model}-{work.shard}-{now.message}")


async def publish_shard_failed(bus: Bus, workspace: str, work: ShardWork, error: HubError) -> None:
    """Says why a shard of a run will not be done."""
    now = delivery()
    failed = events_pb2.ShardFailed(
        run=work.run,
        model=work.model,
        shard=work.shard,
        failure=failure_message(error),
        seconds=now.seconds,
        deliveries=now.number,
    )
    event = events_pb2.Event(workspace=workspace, shard_failed=failed)
    # With the number of the task: a shard that is tried again may fail again.
    await publish_event(bus, event, f"shard-failed-{work.run}-{work.model}-{work.shard}-{now.message}")


def failure_message(error: HubError) -> events_pb2.Failure:
    """A reason with its words, for the bus."""
    reason = errors_pb2.Reason.Value(f"REASON_{error.reason.value}")
    return events_pb2.Failure(reason=reason, message=error.message, advice=error.advice)


def failure_error(failure: events_pb2.Failure) -> HubError:
    """The error that a failure on the bus stands for."""
    name = errors_pb2.Reason.Name(failure.reason).removeprefix("REASON_")
    return HubError(Reason(name), failure.message, failure.advice)
