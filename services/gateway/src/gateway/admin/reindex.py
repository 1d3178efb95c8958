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
from backplane.telemetry import get_logger
from domain.errors import HubError
from gateway.admin.schemas import Kind, Restored
from gateway.datasets.service import Datasets
from gateway.models.service import Models
from gateway.records import ImportedRecord, NamedRecords
from gateway.workspaces.service import Workspaces

_log = get_logger(__name__)


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
            known = await self._workspaces.exists_now(workspace)
            for shelf in self._shelves:
                async for identifier in iterate_in_threadpool(self._store.folders(f"{workspace}/{shelf.folder}/")):
                    restored = await self._restored(workspace, shelf, identifier)
                    if restored is None:
                        continue
                    if not known:
                        known = True
                        await self._workspaces.restore(workspace)
                        yield Restored(kind=Kind.WORKSPACE, workspace=workspace, id=workspace, name=workspace)
                    yield restored

    async def _restored(self, workspace: str, shelf: _Shelf, identifier: str) -> Restored | None:
        manifest = shelf.manifest(workspace, identifier)
        if not await asyncio.to_thread(self._store.exists, manifest):
            return None
        try:
            record = await asyncio.to_thread(shelf.record, workspace, identifier)
        except HubError as error:
            _log.error("not brought back", workspace=workspace, id=identifier, reason=error.reason, error=str(error))
            return None
        kept = await shelf.records.restore(workspace, record)
        if kept is None:
            return None
        if not await asyncio.to_thread(self._store.exists, manifest):
            # Somebody removed it while we were reading: the manifest goes first.
            await shelf.records.remove(workspace, record.id)
            return None
        renamed = record.name if kept.name != record.name else ""
        return Restored(kind=shelf.kind, workspace=workspace, id=kept.id, name=kept.name, was_named=renamed)
