"""Making the records of models and data sets again from the manifests in the store, after the bus has lost them.

The store holds the truth and the records are an index of it. What no manifest tells is lost with the records: the
history of runs, titles of workspaces, workspaces without anything in them, and imports that have not ended.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import iterate_in_threadpool

from backplane.artifacts import ArtifactStore
from backplane.bus import Bus
from backplane.layout import Layout
from domain.errors import HubError, Reason
from gateway.admin.schemas import Kind, Restored
from gateway.datasets.service import Datasets
from gateway.models.service import Models
from gateway.named_records import NamedRecords
from gateway.records import ImportedRecord
from gateway.workspaces.service import Workspaces, is_key


@dataclass(frozen=True)
class _Shelf:
    """One kind of artifact: where it lies, its records, and how one is read from the manifest."""

    kind: Kind
    folder: str
    manifest: Callable[[str, str], str]
    records: NamedRecords[Any]
    record: Callable[[str, str], ImportedRecord]


class Reindex:
    """Brings back what the store holds and the records do not.

    Args:
        store: where the manifests are.
        bus: where the records are.
        workspaces: records of workspaces.
        models: records of models.
        datasets: records of data sets.
    """

    def __init__(
        self, store: ArtifactStore, bus: Bus, workspaces: Workspaces, models: Models, datasets: Datasets
    ) -> None:
        self._store = store
        self._bus = bus
        self._workspaces = workspaces
        self._shelves = (
            _Shelf(
                Kind.MODEL,
                "models",
                lambda workspace, model: Layout(workspace).model(model).manifest,
                models.records,
                models.record_of_manifest,
            ),
            _Shelf(
                Kind.DATASET,
                "datasets",
                lambda workspace, dataset: Layout(workspace).dataset(dataset).manifest,
                datasets.records,
                datasets.record_of_manifest,
            ),
        )

    async def run(self) -> AsyncIterator[Restored]:
        """Makes what is missing; what is there stays as it is. Doing it again changes nothing."""
        await self._bus.ensure_streams()
        await self._workspaces.ensure_default()
        async for workspace in iterate_in_threadpool(self._store.folders("")):
            if is_key(workspace):
                async for restored in self._in_workspace(workspace):
                    yield restored

    async def _in_workspace(self, workspace: str) -> AsyncIterator[Restored]:
        known = False
        for shelf in self._shelves:
            async for identifier in iterate_in_threadpool(self._store.folders(f"{workspace}/{shelf.folder}/")):
                if not await self._exists(workspace, shelf, identifier):
                    continue
                if not known and await self._workspaces.restore(workspace):
                    yield Restored(kind=Kind.WORKSPACE, workspace=workspace, id=workspace, name=workspace)
                known = True
                restored = await self._restored(workspace, shelf, identifier)
                if restored is not None:
                    yield restored

    async def _restored(self, workspace: str, shelf: _Shelf, identifier: str) -> Restored | None:
        try:
            record = await asyncio.to_thread(shelf.record, workspace, identifier)
        except HubError as error:
            if error.reason is not Reason.ARCHIVE_CORRUPT:
                raise
            return Restored(kind=shelf.kind, workspace=workspace, id=identifier, name="", problem=str(error))
        kept = await shelf.records.restore(workspace, record)
        if kept is None:
            return None
        if not await self._exists(workspace, shelf, identifier):
            # Somebody removed it while we were reading: first the record, which was missing, then the manifest.
            await shelf.records.remove(workspace, record.id)
            return None
        renamed = record.name if kept.name != record.name else ""
        return Restored(kind=shelf.kind, workspace=workspace, id=kept.id, name=kept.name, was_named=renamed)

    async def _exists(self, workspace: str, shelf: _Shelf, identifier: str) -> bool:
        return await asyncio.to_thread(self._store.exists, shelf.manifest(workspace, identifier))
