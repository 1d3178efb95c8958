"""Importing a model: download, convert in a throw-away process, store the artifacts, the manifest last."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from backplane.artifacts import ArtifactStore
from backplane.layout import Layout
from backplane.throwaway import Bounds, report_of
from backplane.uploads import Uploads
from domain.errors import HubError, Reason
from domain.labels import ClassLabels
from domain.manifests import ModelManifest
from domain.preprocessing import Preprocessing
from inference.importing import labels as label_files
from inference.importing.exchange import (
    MODEL_FILE,
    NETWORK_FILE,
    REPORT_FILE,
    REQUEST_FILE,
    WEIGHTS_FILE,
    Imported,
    ImportRequest,
    Report,
)
from inference.settings import InferenceSettings


@dataclass(frozen=True)
class ModelImport:
    """What to import, and under which id and name."""

    workspace: str
    model: str
    name: str
    created_by: str
    upload: str
    labels: str
    preprocessing_json: str


class ModelImporter:
    """Imports models, one throw-away process each."""

    def __init__(self, store: ArtifactStore, settings: InferenceSettings) -> None:
        self._store = store
        self._settings = settings

    async def run(self, work: ModelImport) -> None:
        """Imports; once this returns the manifest exists. Importing the same again changes nothing.

        Raises:
            HubError: why the model is refused.
        """
        artifacts = Layout(work.workspace).model(work.model)
        if await asyncio.to_thread(self._store.exists, artifacts.manifest):
            return
        with TemporaryDirectory(prefix="import-") as name:
            folder = Path(name)
            await asyncio.to_thread(self._fetch, work, folder)
            result = await self._convert(folder)
            manifest = ModelManifest(
                id=work.model,
                name=work.name,
                created_at=datetime.now(UTC),
                created_by=work.created_by,
                **result.model_dump(exclude={"outcome"}),
            )
            await asyncio.to_thread(self._store.put_file, artifacts.weights, folder / WEIGHTS_FILE)
            await asyncio.to_thread(self._store.put_file, artifacts.network, folder / NETWORK_FILE, "application/json")
            document = manifest.model_dump_json().encode()
            await asyncio.to_thread(self._store.put, artifacts.manifest, document, "application/json")

    async def forget(self, work: ModelImport) -> None:
        """Removes the uploads of an import that has ended, one way or the other."""
        uploads = Uploads(self._store, work.workspace)
        for upload in {work.upload, work.labels} - {"", label_files.IMAGENET}:
            await asyncio.to_thread(uploads.delete, upload)

    def _fetch(self, work: ModelImport, folder: Path) -> None:
        uploads = Uploads(self._store, work.workspace)
        request = ImportRequest(
            file_name=uploads.open(work.upload).file_name,
            labels=_labels(uploads, work.labels),
            preprocessing=_preprocessing(work.preprocessing_json),
        )
        (folder / REQUEST_FILE).write_text(request.model_dump_json())
        uploads.download(work.upload, folder / MODEL_FILE)

    async def _convert(self, folder: Path) -> Imported:
        settings = self._settings
        bounds = Bounds(settings.import_seconds, settings.import_memory_bytes, settings.import_memory_bytes)
        document = await report_of("inference.importing", folder, bounds, REPORT_FILE, Reason.MODEL_CORRUPT)
        result = Report.model_validate_json(document).result
        if isinstance(result, Imported):
            return result
        raise result.error()


def _labels(uploads: Uploads, labels: str) -> ClassLabels | None:
    if not labels:
        return None
    if labels == label_files.IMAGENET:
        return label_files.imagenet()
    return label_files.parsed(uploads.read(labels))


def _preprocessing(document: str) -> Preprocessing | None:
    if not document:
        return None
    try:
        return Preprocessing.model_validate_json(document)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise HubError(
            Reason.ARGUMENT_INVALID, f"preprocessing {field}: {first['msg']}.", "See GET /openapi.json."
        ) from error
