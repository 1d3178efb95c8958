"""Work from the queues for suggest: data sets to import, and what is made of whole runs. Thin skins over the cores."""

from backplane.bus import Bus
from backplane.children import Child
from backplane.events import (
    WholeModel,
    failure_message,
    publish_event,
    publish_shard_completed,
    publish_shard_failed,
)
from backplane.results import Results
from domain.errors import HubError
from innhub_proto.events.v1 import events_pb2
from suggest import statistics_child
from suggest.dataset_import import DatasetImport, DatasetImporter

_SECONDS = 6 * 3600.0


class ImportWorker:
    """Imports data sets."""

    def __init__(self, bus: Bus, importer: DatasetImporter) -> None:
        self._bus = bus
        self._importer = importer

    async def handle(self, data: bytes) -> None:
        """Imports the data set of a task, and says that it is ready."""
        work = _work(data)
        await self._importer.run(work)
        ready = events_pb2.DatasetReady(dataset=work.dataset)
        event = events_pb2.Event(workspace=work.workspace, dataset_ready=ready)
        await publish_event(self._bus, event, f"dataset-ready-{work.dataset}")
        await self._importer.forget(work)

    async def refuse(self, data: bytes, error: HubError) -> None:
        """Says why the data set of a task was rejected."""
        work = _work(data)
        rejected = events_pb2.DatasetRejected(dataset=work.dataset, failures=[failure_message(error)])
        event = events_pb2.Event(workspace=work.workspace, dataset_rejected=rejected)
        await publish_event(self._bus, event, f"dataset-rejected-{work.dataset}")
        await self._importer.forget(work)


class StatisticsWorker:
    """Works on what runs left of whole data sets."""

    def __init__(self, bus: Bus, child: Child) -> None:
        self._bus = bus
        self._child = child

    async def handle(self, data: bytes) -> None:
        """Does the work of a task, and says that it is done where a run waits for that."""
        task = events_pb2.Task.FromString(data)
        if task.HasField("merge_predictions"):
            work = task.merge_predictions
            results = Results(task.workspace, work.dataset, work.model)
            await self._child.run(_SECONDS, statistics_child.merge, results)
        elif task.HasField("cluster_relevance"):
            groups = task.cluster_relevance
            results = Results(task.workspace, groups.dataset, groups.model)
            samples = await self._child.run(_SECONDS, statistics_child.cluster, results, groups.digest, groups.label)
            await publish_shard_completed(self._bus, task.workspace, _whole(groups), samples)
        else:
            layout = task.project_embedding
            results = Results(task.workspace, layout.dataset, layout.model)
            samples = await self._child.run(_SECONDS, statistics_child.project, results)
            await publish_shard_completed(self._bus, task.workspace, _whole(layout), samples)

    async def refuse(self, data: bytes, error: HubError) -> None:
        """Says why the work of a task will not be done; of a merged table nobody needs to know."""
        task = events_pb2.Task.FromString(data)
        kind = task.WhichOneof("work")
        if kind in {"cluster_relevance", "project_embedding"}:
            await publish_shard_failed(self._bus, task.workspace, _whole(getattr(task, kind)), error)


def _whole(work: events_pb2.ClusterRelevance | events_pb2.ProjectEmbedding) -> WholeModel:
    return WholeModel(work.run, work.model)


def _work(data: bytes) -> DatasetImport:
    task = events_pb2.Task.FromString(data)
    work = task.import_dataset
    return DatasetImport(
        workspace=task.workspace,
        dataset=work.dataset,
        name=work.name,
        created_by=work.created_by,
        upload=work.upload,
        labels=work.labels,
    )
