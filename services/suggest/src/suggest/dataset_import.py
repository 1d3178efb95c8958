"""Importing a data set: download, cut into shards in a throw-away process, store the artifacts, the manifest last.

Only the upload needs room on disk: finished shards leave for the store while the process goes on. They become a data
set when the manifest is written; of an archive that is refused they are removed again.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from backplane.artifacts import ArtifactStore
from backplane.layout import DatasetArtifacts, Layout
from backplane.throwaway import Bounds, report_of
from backplane.uploads import Uploads
from domain.errors import HubError, Reason
from domain.manifests import DatasetManifest
from suggest.importing.exchange import (
    LABEL_TABLE_FILE,
    LABELS_FILE,
    REPORT_FILE,
    REQUEST_FILE,
    SAMPLES_FILE,
    UPLOAD_FILE,
    Imported,
    ImportRequest,
    Limits,
    Report,
    index_file,
)
from suggest.settings import SuggestSettings
from suggest.shipping import Shipping


@dataclass(frozen=True)
class DatasetImport:
    """What to import, and under which id and name. `labels` is the upload of a table of labels, or empty."""

    workspace: str
    dataset: str
    name: str
    created_by: str
    upload: str
    labels: str


class DatasetImporter:
    """Imports data sets, one throw-away process each."""

    def __init__(self, store: ArtifactStore, settings: SuggestSettings) -> None:
        self._store = store
        self._settings = settings

    async def run(self, work: DatasetImport) -> None:
        """Imports; once this returns the manifest exists. Importing the same again changes nothing.

        Raises:
            HubError: why the data set is refused.
        """
        artifacts = Layout(work.workspace).dataset(work.dataset)
        if await asyncio.to_thread(self._store.exists, artifacts.manifest):
            return
        try:
            with TemporaryDirectory(prefix="import-") as name:
                await self._import(work, artifacts, Path(name))
        except HubError:
            await asyncio.to_thread(self._clear, artifacts)
            raise

    async def forget(self, work: DatasetImport) -> None:
        """Removes the uploads of an import that has ended, one way or the other."""
        uploads = Uploads(self._store, work.workspace)
        for upload in {work.upload, work.labels} - {""}:
            await asyncio.to_thread(uploads.delete, upload)

    async def _import(self, work: DatasetImport, artifacts: DatasetArtifacts, folder: Path) -> None:
        await asyncio.to_thread(self._fetch, work, folder)
        shipping = Shipping(self._store, artifacts, folder)
        result = await self._convert(folder, shipping)
        if shipping.shipped != set(range(result.shards)):
            raise HubError(
                Reason.ARCHIVE_CORRUPT,
                f"The import speaks of {result.shards} shards and left {len(shipping.shipped)}.",
                "Upload the archive again.",
            )
        manifest = DatasetManifest(
            id=work.dataset,
            name=work.name,
            created_at=datetime.now(UTC),
            created_by=work.created_by,
            **result.model_dump(exclude={"outcome"}),
        )
        await asyncio.to_thread(self._keep, artifacts, manifest, folder)

    def _fetch(self, work: DatasetImport, folder: Path) -> None:
        uploads = Uploads(self._store, work.workspace)
        limits = Limits.model_validate(self._settings, from_attributes=True)
        request = ImportRequest(file_name=uploads.open(work.upload).file_name, limits=limits)
        (folder / REQUEST_FILE).write_text(request.model_dump_json())
        if work.labels:
            uploads.open(work.labels)
            uploads.download(work.labels, folder / LABELS_FILE, limits.labels_bytes)
        uploads.download(work.upload, folder / UPLOAD_FILE, limits.dataset_bytes)

    async def _convert(self, folder: Path, shipping: Shipping) -> Imported:
        settings, ended = self._settings, asyncio.Event()
        bounds = Bounds(settings.dataset_seconds, settings.dataset_memory_bytes, settings.dataset_bytes)
        leaving = asyncio.create_task(shipping.until(ended))
        try:
            document = await report_of("suggest.importing", folder, bounds, REPORT_FILE, Reason.ARCHIVE_CORRUPT)
        finally:
            ended.set()
            await leaving
        result = Report.model_validate_json(document).result
        if isinstance(result, Imported):
            return result
        raise result.error()

    def _keep(self, artifacts: DatasetArtifacts, manifest: DatasetManifest, folder: Path) -> None:
        for shard in range(manifest.shards):
            self._store.put_file(artifacts.index(shard), index_file(folder, shard), "application/json")
        self._store.put_file(artifacts.samples, folder / SAMPLES_FILE)
        self._store.put_file(artifacts.label_table, folder / LABEL_TABLE_FILE, "text/csv")
        self._store.put(artifacts.manifest, manifest.model_dump_json().encode(), "application/json")

    def _clear(self, artifacts: DatasetArtifacts) -> None:
        """Removes what an import has left that came to nothing; not what another has finished meanwhile."""
        if not self._store.exists(artifacts.manifest):
            self._store.delete(f"{artifacts.root}/")
