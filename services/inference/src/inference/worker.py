"""Work from the queue for inference: model imports and shards to predict. A thin skin over the core."""

from backplane.bus import Bus
from backplane.events import failure_message, publish_event
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


class PredictionWorker:
    """Predicts shards for runs."""

    def __init__(self, bus: Bus, inference: Inference) -> None:
        self._bus = bus
        self._inference = inference

    async def handle(self, data: bytes) -> None:
        """Predicts the shard of a task, and says that it is done."""
        task = events_pb2.Task.FromString(data)
        work = task.predict_shard
        samples = await self._inference.predict_shard(task.workspace, work.model, work.dataset, work.shard)
        completed = events_pb2.ShardCompleted(run=work.run, model=work.model, shard=work.shard, samples=samples)
        event = events_pb2.Event(workspace=task.workspace, shard_completed=completed)
        await publish_event(self._bus, event, f"shard-completed-{work.run}-{work.model}-{work.shard}")

    async def refuse(self, data: bytes, error: HubError) -> None:
        """Says why the shard of a task will not be predicted."""
        task = events_pb2.Task.FromString(data)
        work = task.predict_shard
        failed = events_pb2.ShardFailed(
            run=work.run, model=work.model, shard=work.shard, failure=failure_message(error)
        )
        event = events_pb2.Event(workspace=task.workspace, shard_failed=failed)
        await publish_event(self._bus, event, f"shard-failed-{work.run}-{work.model}-{work.shard}")


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
    )
