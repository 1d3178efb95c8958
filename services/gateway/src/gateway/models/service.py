"""Models: bringing them in, and what becomes of them."""

import asyncio
from collections.abc import Iterable

from backplane.artifacts import ArtifactStore
from backplane.bus import Bus
from backplane.catalogue import Catalogue
from backplane.layout import Layout
from backplane.results import Results
from backplane.uploads import Uploads
from domain.errors import HubError, Reason
from domain.preprocessing import Preprocessing, named
from gateway.clients.tasks import import_model
from gateway.datasets.schemas import DatasetRecord
from gateway.models.schemas import ClassNames, ModelRecord, ModelSummary, NewModel
from gateway.named_records import NamedRecords
from gateway.records import Failure, Record, State


class Models:
    """The models of all workspaces."""

    def __init__(self, records: NamedRecords[ModelRecord], store: ArtifactStore, bus: Bus) -> None:
        self.records = records
        self._store = store
        self._catalogue = Catalogue(store)
        self._bus = bus

    async def add(self, workspace: str, new: NewModel, created_by: str) -> ModelRecord:
        """Takes a model in: a record that is pending, and a task for inference."""
        uploads = Uploads(self._store, workspace)
        for upload in new.uploads:
            await asyncio.to_thread(uploads.open, upload)
        preprocessing = named(new.preprocessing) if isinstance(new.preprocessing, str) else new.preprocessing
        record = ModelRecord(name=new.name, created_by=created_by)
        await self.records.add(workspace, record)
        try:
            await import_model(self._bus, workspace, record, new, _document(preprocessing))
        except HubError as error:
            await self.reject(workspace, record.id, (Failure.of(error),))
            raise
        return record

    async def mark_ready(self, workspace: str, model: str) -> None:
        """Takes up what the import found out."""
        summary = (await asyncio.to_thread(self.record_of_manifest, workspace, model)).summary

        def ready(record: ModelRecord) -> ModelRecord:
            return record.model_copy(update={"state": State.READY, "summary": summary})

        await self.records.change(workspace, model, ready)

    def record_of_manifest(self, workspace: str, model: str) -> ModelRecord:
        """The record that the manifest of a model stands for. Blocks.

        Raises:
            HubError: `MODEL_NOT_FOUND`, `ARCHIVE_CORRUPT`.
        """
        manifest = self._catalogue.model(workspace, model)
        summary = ModelSummary(classes=len(manifest.labels.names), **manifest.model_dump(include=_SUMMARISED))
        return ModelRecord(state=State.READY, summary=summary, **manifest.model_dump(include=_IDENTITY))

    async def reject(self, workspace: str, model: str, failures: tuple[Failure, ...]) -> None:
        """Notes why a model was not imported."""
        await self.records.reject(workspace, model, failures)

    async def class_names(self, workspace: str, reference: str) -> ClassNames:
        """The classes of a model."""
        record = await self.records.ready(workspace, reference)
        manifest = await asyncio.to_thread(self._catalogue.model, workspace, record.id)
        return ClassNames(names=manifest.labels.names)

    async def remove(self, workspace: str, reference: str, datasets: Iterable[DatasetRecord]) -> None:
        """Removes a model: first its record, so that nobody begins anything with it, then its artifacts.

        With them goes what it made of each of the data sets.
        """
        record = await self.records.get(workspace, reference)
        await self.records.remove(workspace, record.id)
        layout = Layout(workspace)
        artifacts = layout.model(record.id)
        # The manifest goes first: what is half removed does not exist.
        await asyncio.to_thread(self._store.delete, artifacts.manifest)
        await asyncio.to_thread(self._store.delete, f"{artifacts.root}/")
        for dataset in datasets:
            for folder in Results(workspace, dataset.id, record.id).folders:
                await asyncio.to_thread(self._store.delete, folder)


_SUMMARISED = set(ModelSummary.model_fields) - {"classes"}
_IDENTITY = set(Record.model_fields)


def _document(preprocessing: Preprocessing | None) -> str:
    return preprocessing.model_dump_json() if preprocessing else ""


def require_distinct(models: list[ModelRecord]) -> None:
    """Refuses the same model twice.

    Raises:
        HubError: `ARGUMENT_INVALID`.
    """
    if len({model.id for model in models}) < len(models):
        raise HubError(Reason.ARGUMENT_INVALID, "A model is named twice.", "Name each model once.")
