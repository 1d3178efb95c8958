"""Reading models and data sets out of the store, by id: manifests, samples and network files.

Artifacts are immutable, so small ones are kept in memory once read. All calls block.
"""

from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from backplane.artifacts import ArtifactMissingError, ArtifactStore
from backplane.layout import Layout
from domain.errors import HubError, Reason
from domain.inside import AllWeightStatistics, Training
from domain.manifests import DatasetManifest, ModelManifest
from domain.samples import SampleEntry, read_index

Document = TypeVar("Document", bound=BaseModel)


class Catalogue:
    """What the store holds, seen as models and data sets."""

    def __init__(self, store: ArtifactStore) -> None:
        self.store = store
        # Bounded caches of this instance; methods cannot carry lru_cache without keeping every instance alive.
        self._model = lru_cache(maxsize=256)(self._read_model)
        self._dataset = lru_cache(maxsize=256)(self._read_dataset)
        self._index = lru_cache(maxsize=256)(self._read_index)

    def model(self, workspace: str, model: str) -> ModelManifest:
        """The manifest of a model.

        Raises:
            HubError: `MODEL_NOT_FOUND`.
        """
        return self._model(workspace, model)

    def dataset(self, workspace: str, dataset: str) -> DatasetManifest:
        """The manifest of a data set.

        Raises:
            HubError: `DATASET_NOT_FOUND`.
        """
        return self._dataset(workspace, dataset)

    def index(self, workspace: str, dataset: str, shard: int) -> tuple[SampleEntry, ...]:
        """The samples of a shard, in order.

        Raises:
            HubError: `DATASET_NOT_FOUND`, `ARCHIVE_CORRUPT`.
        """
        return self._index(workspace, dataset, shard)

    def entry(self, workspace: str, dataset: str, sample: int) -> SampleEntry:
        """A sample by its number.

        Raises:
            HubError: `DATASET_NOT_FOUND`, `SAMPLE_NOT_FOUND`.
        """
        manifest = self.dataset(workspace, dataset)
        if not 0 <= sample < manifest.samples:
            raise HubError(
                Reason.SAMPLE_NOT_FOUND,
                f"The data set {manifest.name!r} has no sample {sample}.",
                f"Its samples are numbered from 0 to {manifest.samples - 1}.",
            )
        shard, place = divmod(sample, manifest.shard_size)
        return self.index(workspace, dataset, shard)[place]

    def sample(self, workspace: str, dataset: str, sample: int) -> tuple[SampleEntry, bytes]:
        """A sample and its file, by one range read."""
        entry = self.entry(workspace, dataset, sample)
        shard = sample // self.dataset(workspace, dataset).shard_size
        key = Layout(workspace).dataset(dataset).shard(shard)
        return entry, self.store.get(key, offset=entry.offset, length=entry.size)

    def thumbnail(self, workspace: str, dataset: str, sample: int) -> bytes | None:
        """The thumbnail that the import made of a sample, by one range read; None if it made none.

        There is none of pictures that are small, and none in data sets that were imported before thumbnails were kept.
        """
        entry = self.entry(workspace, dataset, sample)
        if entry.thumbnail_offset is None or entry.thumbnail_size is None:
            return None
        shard = sample // self.dataset(workspace, dataset).shard_size
        key = Layout(workspace).dataset(dataset).thumbnails(shard)
        return self.store.get(key, offset=entry.thumbnail_offset, length=entry.thumbnail_size)

    def description(self, workspace: str, model: str) -> bytes:
        """The description of a network, as JSON.

        Raises:
            HubError: `MODEL_NOT_FOUND`.
        """
        self.model(workspace, model)
        return self.store.get(Layout(workspace).model(model).network)

    def network(self, workspace: str, model: str, folder: Path) -> tuple[bytes, Path]:
        """The description of a network, and its weights as a file in `folder`.

        Raises:
            HubError: `MODEL_NOT_FOUND`.
        """
        description, weights = self.description(workspace, model), folder / "weights.safetensors"
        self.store.download(Layout(workspace).model(model).weights, weights)
        return description, weights

    def weight_statistics(self, workspace: str, model: str) -> AllWeightStatistics:
        """How the weights of a network are spread.

        Raises:
            HubError: `MODEL_NOT_FOUND`.
        """
        self.model(workspace, model)
        return self._noted(Layout(workspace).model(model).weight_statistics, AllWeightStatistics)

    def training(self, workspace: str, model: str) -> Training:
        """How a network was trained.

        Raises:
            HubError: `MODEL_NOT_FOUND`.
        """
        self.model(workspace, model)
        return self._noted(Layout(workspace).model(model).training, Training)

    def _read_model(self, workspace: str, model: str) -> ModelManifest:
        missing = HubError(Reason.MODEL_NOT_FOUND, f"There is no model {model!r} that is ready.", "List the models.")
        return self._document(Layout(workspace).model(model).manifest, ModelManifest, missing)

    def _read_dataset(self, workspace: str, dataset: str) -> DatasetManifest:
        missing = HubError(
            Reason.DATASET_NOT_FOUND, f"There is no data set {dataset!r} that is ready.", "List the data sets."
        )
        return self._document(Layout(workspace).dataset(dataset).manifest, DatasetManifest, missing)

    def _document(self, key: str, kind: type[Document], missing: HubError) -> Document:
        try:
            return self._parsed(key, kind)
        except ArtifactMissingError as error:
            raise missing from error

    def _noted(self, key: str, kind: type[Document]) -> Document:
        """A document beside the manifest; empty for a model that was imported before such were written."""
        try:
            return self._parsed(key, kind)
        except ArtifactMissingError:
            return kind()

    def _parsed(self, key: str, kind: type[Document]) -> Document:
        try:
            return kind.model_validate_json(self.store.get(key))
        except ValidationError as error:
            raise HubError(Reason.ARCHIVE_CORRUPT, f"The document {key} is damaged.", "Import it again.") from error

    def _read_index(self, workspace: str, dataset: str, shard: int) -> tuple[SampleEntry, ...]:
        key = Layout(workspace).dataset(dataset).index(shard)
        try:
            return read_index(self.store.get(key))
        except ArtifactMissingError as error:
            raise HubError(
                Reason.ARCHIVE_CORRUPT, f"The index {key} is missing.", "Import the data set again."
            ) from error
