"""Data sets: bringing them in, and what becomes of them."""

import asyncio

from backplane.artifacts import ArtifactStore
from backplane.bus import Bus
from backplane.catalogue import Catalogue
from backplane.layout import Layout
from backplane.results import folders_of_dataset
from backplane.uploads import Uploads
from domain.errors import HubError
from gateway.clients.tasks import import_dataset
from gateway.datasets.schemas import DatasetRecord, DatasetSummary, NewDataset
from gateway.named_records import NamedRecords
from gateway.records import Failure, Record, State


class Datasets:
    """The data sets of all workspaces."""

    def __init__(self, records: NamedRecords[DatasetRecord], store: ArtifactStore, bus: Bus) -> None:
        self.records = records
        self._store = store
        self._catalogue = Catalogue(store)
        self._bus = bus

    async def add(self, workspace: str, new: NewDataset, created_by: str) -> DatasetRecord:
        """Takes a data set in: a record that is pending, and a task for suggest."""
        uploads = Uploads(self._store, workspace)
        for upload in (new.upload, new.labels):
            if upload:
                await asyncio.to_thread(uploads.open, upload)
        record = DatasetRecord(name=new.name, created_by=created_by)
        await self.records.add(workspace, record)
        try:
            await import_dataset(self._bus, workspace, record, new)
        except HubError as error:
            await self.reject(workspace, record.id, (Failure.of(error),))
            raise
        return record

    async def mark_ready(self, workspace: str, dataset: str) -> None:
        """Takes up what the import found out."""
        summary = (await asyncio.to_thread(self.record_of_manifest, workspace, dataset)).summary

        def ready(record: DatasetRecord) -> DatasetRecord:
            return record.model_copy(update={"state": State.READY, "summary": summary})

        await self.records.change(workspace, dataset, ready)

    def record_of_manifest(self, workspace: str, dataset: str) -> DatasetRecord:
        """The record that the manifest of a data set stands for. Blocks.

        Raises:
            HubError: `DATASET_NOT_FOUND`, `ARCHIVE_CORRUPT`.
        """
        manifest = self._catalogue.dataset(workspace, dataset)
        summary = DatasetSummary(**manifest.model_dump(include=set(DatasetSummary.model_fields)))
        identity = manifest.model_dump(include=set(Record.model_fields))
        return DatasetRecord(state=State.READY, summary=summary, **identity)

    async def reject(self, workspace: str, dataset: str, failures: tuple[Failure, ...]) -> None:
        """Notes why a data set was not imported."""
        await self.records.reject(workspace, dataset, failures)

    async def remove(self, workspace: str, reference: str) -> None:
        """Removes a data set and what models made of it."""
        record = await self.records.get(workspace, reference)
        await self.records.remove(workspace, record.id)
        layout = Layout(workspace)
        # The manifest goes first: what is half removed does not exist.
        await asyncio.to_thread(self._store.delete, layout.dataset(record.id).manifest)
        await asyncio.to_thread(self._store.delete, f"{layout.dataset(record.id).root}/")
        for folder in folders_of_dataset(workspace, record.id):
            await asyncio.to_thread(self._store.delete, folder)
