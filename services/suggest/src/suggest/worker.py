"""Work from the queue for suggest: data sets to import. A thin skin over the core."""

from backplane.bus import Bus
from backplane.events import failure_message, publish_event
from domain.errors import HubError
from innhub_proto.events.v1 import events_pb2
from suggest.dataset_import import DatasetImport, DatasetImporter


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
