"""What happened elsewhere, taken into the records: events of the services, and tasks whose workers died."""

import json
from collections.abc import Iterable

from backplane.bus import TASKS_STREAM, Bus
from backplane.events import failure_error
from backplane.telemetry import get_logger
from domain.errors import HubError, Reason
from gateway.datasets.service import Datasets
from gateway.models.service import Models
from gateway.records import Failure
from gateway.runs.record import Work
from gateway.runs.service import Runs
from innhub_proto.events.v1 import events_pb2

_log = get_logger(__name__)
_SHARD_WORK = {"predict_shard", "record_activations", "explain_shard", "fit_patterns", "assess_shard"}
_MODEL_WORK = {"project_embedding", "cluster_relevance"}


class Listener:
    """Takes events into the records. Every event may come twice."""

    def __init__(self, bus: Bus, models: Models, datasets: Datasets, runs: Runs) -> None:
        self._bus = bus
        self._models = models
        self._datasets = datasets
        self._runs = runs

    async def event(self, data: bytes) -> None:
        """Takes in what a service says."""
        event = events_pb2.Event.FromString(data)
        workspace, kind = event.workspace, event.WhichOneof("event")
        if kind == "model_ready":
            await self._models.mark_ready(workspace, event.model_ready.model)
        elif kind == "model_rejected":
            rejected = event.model_rejected
            await self._models.reject(workspace, rejected.model, _failures(rejected.failures))
        elif kind == "dataset_ready":
            await self._datasets.mark_ready(workspace, event.dataset_ready.dataset)
        elif kind == "dataset_rejected":
            refused = event.dataset_rejected
            await self._datasets.reject(workspace, refused.dataset, _failures(refused.failures))
        elif kind == "shard_completed":
            done = event.shard_completed
            cost = Work(done.seconds, max(done.deliveries, 1))
            await self._runs.shard_completed(workspace, done.run, done.model, done.shard, done.samples, cost)
        elif kind == "shard_failed":
            failed = event.shard_failed
            failure = Failure.of(failure_error(failed.failure))
            cost = Work(failed.seconds, max(failed.deliveries, 1))
            await self._runs.shard_failed(workspace, failed.run, failed.model, failed.shard, failure, cost)
        else:
            _log.error("unknown event", kind=kind)

    async def dead_letter(self, data: bytes) -> None:
        """Gives up a task that no worker survived, and says so where people look."""
        advisory = json.loads(data)
        sequence, deliveries = int(advisory["stream_seq"]), int(advisory["deliveries"])
        message = await self._bus.message(TASKS_STREAM, sequence)
        if message is None:
            return
        task = events_pb2.Task.FromString(message)
        failure = Failure.of(
            HubError(
                Reason.WORKER_CRASHED,
                f"The worker died {deliveries} times at this task.",
                "It may need more memory than a worker has; an operator finds the reason in its log.",
            )
        )
        kind = task.WhichOneof("work")
        if kind in _SHARD_WORK | _MODEL_WORK:
            work = getattr(task, kind)
            shard = work.shard if kind in _SHARD_WORK else 0
            cost = Work(deliveries=deliveries)
            await self._runs.shard_failed(task.workspace, work.run, work.model, shard, failure, cost)
        elif kind == "import_model":
            await self._models.reject(task.workspace, task.import_model.model, (failure,))
        elif kind == "import_dataset":
            await self._datasets.reject(task.workspace, task.import_dataset.dataset, (failure,))
        else:
            _log.error("task given up", kind=kind, workspace=task.workspace, deliveries=deliveries)
        await self._bus.remove(TASKS_STREAM, sequence)

    async def refused(self, _: bytes, error: HubError) -> None:
        """An event that cannot be taken in, ever: a model or data set that has been removed meanwhile."""
        _log.error("event refused", reason=error.reason, error=str(error))


def _failures(messages: Iterable[events_pb2.Failure]) -> tuple[Failure, ...]:
    return tuple(Failure.of(failure_error(message)) for message in messages)
