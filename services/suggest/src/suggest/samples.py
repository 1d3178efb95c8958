"""Samples as they are, whoever asks: lists, pictures, and what runs left of them. All calls block."""

from dataclasses import dataclass

import polars as pl

from backplane.artifacts import ArtifactStore
from backplane.catalogue import Catalogue
from imaging.decode import ImageFormat, decode
from imaging.encode import THUMBNAIL_SIDE, thumbnail
from suggest.memory_cache import MemoryCache
from suggest.reasons import Reasons
from suggest.recorded import RecordedActivations, Strongest
from suggest.settings import SuggestSettings
from suggest.statistics.answers import Sample, sample_objects
from suggest.statistics.reasons import ComparisonPage
from suggest.statistics.samples import SamplePage, sample_page
from suggest.statistics.tables import SampleTables


@dataclass(frozen=True)
class ImageFile:
    """A picture as a file, and its media type."""

    data: bytes
    media_type: str


@dataclass(frozen=True)
class ComparedSamples:
    """A page of comparisons, its samples by their numbers, and how many samples not all the models have explained."""

    page: ComparisonPage
    samples: dict[int, Sample]
    missing: int


class Samples:
    """The samples of all data sets. Safe for many threads."""

    def __init__(
        self, store: ArtifactStore, tables: SampleTables, recorded: RecordedActivations, settings: SuggestSettings
    ) -> None:
        self._catalogue = Catalogue(store)
        self._tables = tables
        self._recorded = recorded
        self._reasons = Reasons(store, settings.table_memory_bytes)
        self._thumbnails: MemoryCache[tuple[str, str, int, int], bytes] = MemoryCache(
            "thumbnails", settings.thumbnail_memory_bytes, len
        )
        self._image_pixels = settings.image_pixels

    def page(self, workspace: str, dataset: str, label: str | None, start: int, size: int) -> SamplePage:
        """A page of samples."""
        return sample_page(self._samples(workspace, dataset), label, start, size)

    def image(self, workspace: str, dataset: str, sample: int) -> ImageFile:
        """The picture of a sample as it was uploaded."""
        entry, data = self._catalogue.sample(workspace, dataset, sample)
        return ImageFile(data, ImageFormat(entry.format).media_type)

    def thumbnail(self, workspace: str, dataset: str, sample: int, size: int) -> ImageFile:
        """The picture of a sample with this longest side, or its own if that is shorter."""
        key = (workspace, dataset, sample, size)
        small = self._thumbnails.get(key)
        if small is None:
            small = self._scaled(workspace, dataset, sample, size)
            self._thumbnails.put(key, small)
        return ImageFile(small, ImageFormat.JPEG.media_type)

    def _scaled(self, workspace: str, dataset: str, sample: int, size: int) -> bytes:
        kept = self._catalogue.thumbnail(workspace, dataset, sample) if size <= THUMBNAIL_SIDE else None
        if kept is not None and size == THUMBNAIL_SIDE:
            return kept
        data = kept or self.image(workspace, dataset, sample).data
        return thumbnail(decode(data, max_pixels=self._image_pixels), size)

    def strongest(
        self, workspace: str, dataset: str, model: str, layer: str, unit: int, limit: int
    ) -> tuple[Strongest, dict[int, str | None]]:
        """The samples to which a unit answers most strongly, and their labels.

        Raises:
            HubError: `ACTIVATIONS_NOT_FOUND`, or `ARGUMENT_INVALID` for a unit that the layer does not have.
        """
        labels = self._samples(workspace, dataset)["label"]
        found = self._recorded.strongest(workspace, dataset, model, layer, unit, limit)
        return found, {one.sample: labels[one.sample] for one in found.samples}

    def reasons(
        self,
        workspace: str,
        dataset: str,
        models: tuple[str, ...],
        digest: str,
        top_share: float,
        start: int,
        size: int,
    ) -> ComparedSamples:
        """A page of samples by how far the reasons of models are alike.

        Raises:
            HubError: `EXPLANATION_NOT_FOUND`.
        """
        samples = self._samples(workspace, dataset)
        page = self._reasons.page(workspace, dataset, models, digest, top_share, start, size)
        shown = samples.filter(pl.col("number").is_in([found.sample for found in page.comparisons]))
        return ComparedSamples(
            page=page,
            samples={sample.number: sample for sample in sample_objects(shown)},
            missing=samples.height - page.samples,
        )

    def _samples(self, workspace: str, dataset: str) -> pl.DataFrame:
        self._catalogue.dataset(workspace, dataset)
        return self._tables.frame(workspace, dataset)
