"""Importing a model: download, convert in a throw-away process, store the artifacts, the manifest last."""

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from backplane.artifacts import ArtifactStore
from backplane.layout import Layout, ModelArtifacts
from backplane.throwaway import Bounds, report_of
from backplane.uploads import Uploads
from domain.errors import HubError, Reason
from domain.labels import ClassLabels
from domain.manifests import ModelManifest
from domain.preprocessing import Preprocessing
from inference.importing import labels as label_files
from inference.importing.exchange import (
    HISTORY_FILE,
    MODEL_FILE,
    NETWORK_FILE,
    PRETRAINED_FILE,
    REPORT_FILE,
    REQUEST_FILE,
    STATISTICS_FILE,
    TRAINING_FILE,
    WEIGHTS_FILE,
    Imported,
    ImportRequest,
    Pretrained,
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
    builtin: str = ""
    weights: str = ""
    history: str = ""


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
            result = await self._convert(work, folder)
            manifest = ModelManifest(
                id=work.model,
                name=work.name,
                created_at=datetime.now(UTC),
                created_by=work.created_by,
                **result.model_dump(exclude={"outcome"}),
            )
            await asyncio.to_thread(self._keep, artifacts, folder)
            document = manifest.model_dump_json().encode()
            await asyncio.to_thread(self._store.put, artifacts.manifest, document, "application/json")

    async def forget(self, work: ModelImport) -> None:
        """Removes the uploads of an import that has ended, one way or the other."""
        uploads = Uploads(self._store, work.workspace)
        for upload in {work.upload, work.labels, work.weights, work.history} - {"", *Pretrained, label_files.IMAGENET}:
            await asyncio.to_thread(uploads.delete, upload)

    def _fetch(self, work: ModelImport, folder: Path) -> None:
        uploads = Uploads(self._store, work.workspace)
        request = ImportRequest(
            source=work.builtin or uploads.open(work.upload).file_name,
            builtin=work.builtin,
            pretrained=_pretrained(work.weights),
            keras_home=os.environ.get("KERAS_HOME", str(Path.home() / ".keras")) if _downloads(work) else "",
            labels=_labels(uploads, work.labels),
            preprocessing=_preprocessing(work.preprocessing_json),
        )
        (folder / REQUEST_FILE).write_text(request.model_dump_json())
        files = {MODEL_FILE: work.upload, HISTORY_FILE: work.history}
        if request.pretrained is Pretrained.FILE:
            files[PRETRAINED_FILE] = work.weights
        for name, upload in files.items():
            if upload:
                uploads.download(upload, folder / name, self._settings.import_memory_bytes)

    async def _convert(self, work: ModelImport, folder: Path) -> Imported:
        settings = self._settings
        memory = settings.import_memory_bytes
        bounds = Bounds(settings.import_seconds, memory, memory, network=_downloads(work))
        document = await report_of("inference.importing", folder, bounds, REPORT_FILE, Reason.MODEL_CORRUPT)
        result = Report.model_validate_json(document).result
        if isinstance(result, Imported):
            return result
        raise result.error()

    def _keep(self, artifacts: ModelArtifacts, folder: Path) -> None:
        self._store.put_file(artifacts.weights, folder / WEIGHTS_FILE)
        for key, file in (
            (artifacts.network, NETWORK_FILE),
            (artifacts.weight_statistics, STATISTICS_FILE),
            (artifacts.training, TRAINING_FILE),
        ):
            self._store.put_file(key, folder / file, "application/json")


def _downloads(work: ModelImport) -> bool:
    """Whether Keras' own download is asked for: that alone needs the network, and no stranger's file is read then."""
    return bool(work.builtin) and _pretrained(work.weights) is Pretrained.IMAGENET


def _pretrained(weights: str) -> Pretrained:
    """Which weights are meant: a word, or the id of an upload."""
    if not weights:
        return Pretrained.IMAGENET
    return Pretrained(weights) if weights in {Pretrained.IMAGENET, Pretrained.NONE} else Pretrained.FILE


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
