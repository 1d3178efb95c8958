"""Work from the queue for inference: model imports, and the shards of runs. A thin skin over the core."""

from backplane.bus import Bus
from backplane.events import failure_message, publish_event, publish_shard_completed, publish_shard_failed
from domain.errors import HubError
from inference.core import Inference
from inference.model_import import ModelImport, ModelImporter
from innhub_proto.events.v1 import events_pb2


class ImportWorker:
    """Imports models."""

    def __init__(self, bus: Bus, importer: ModelImporter) -> None:
        self._bus = bus
        self._importer = importer

    async def handle(self, data: bytes) -> None:
        """Imports the model of a task, and says that it is ready."""
        work = _work(data)
        await self._importer.run(work)
        ready = events_pb2.ModelReady(model=work.model)
        event = events_pb2.Event(workspace=work.workspace, model_ready=ready)
        await publish_event(self._bus, event, f"model-ready-{work.model}")
        await self._importer.forget(work)

    async def refuse(self, data: bytes, error: HubError) -> None:
        """Says why the model of a task was rejected."""
        work = _work(data)
        rejected = events_pb2.ModelRejected(model=work.model, failures=[failure_message(error)])
        event = events_pb2.Event(workspace=work.workspace, model_rejected=rejected)
        await publish_event(self._bus, event, f"model-rejected-{work.model}")
        await self._importer.forget(work)


class ShardWorker:
    """Works through the shards of runs: predictions and activations."""

    def __init__(self, bus: Bus, inference: Inference) -> None:
        self._bus = bus
        self._inference = inference

    async def handle(self, data: bytes) -> None:
        """Does the shard of a task, and says that it is done."""
        task = events_pb2.Task.FromString(data)
        work = _shard_work(task)
        place = (task.workspace, work.model, work.dataset, work.shard)
        if isinstance(work, events_pb2.RecordActivations):
            samples = await self._inference.record_activations(*place, work.layer)
        else:
            samples = await self._inference.predict_shard(*place, embedding=work.embedding)
        await publish_shard_completed(self._bus, task.workspace, work, samples)

    async def refuse(self, data: bytes, error: HubError) -> None:
        """Says why the shard of a task will not be done."""
        task = events_pb2.Task.FromString(data)
        await publish_shard_failed(self._bus, task.workspace, _shard_work(task), error)


def _shard_work(task: events_pb2.Task) -> events_pb2.PredictShard | events_pb2.RecordActivations:
    return task.record_activations if task.HasField("record_activations") else task.predict_shard


def _work(data: bytes) -> ModelImport:
    task = events_pb2.Task.FromString(data)
    work = task.import_model
    return ModelImport(
        workspace=task.workspace,
        model=work.model,
        name=work.name,
        created_by=work.created_by,
        upload=work.upload,
        labels=work.labels,
        preprocessing_json=work.preprocessing_json,
        builtin=work.builtin,
        weights=work.weights,
        history=work.history,
    )
