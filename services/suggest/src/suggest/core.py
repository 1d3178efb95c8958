"""What the service does, whoever asks: the servicer is a thin skin over this. All calls block."""

from dataclasses import dataclass

import polars as pl

from backplane.artifacts import ArtifactStore
from backplane.catalogue import Catalogue
from domain.errors import HubError, Reason
from imaging.arrays import Floats
from imaging.decode import ImageFormat, decode
from imaging.encode import THUMBNAIL_SIDE, thumbnail
from suggest.memory_cache import MemoryCache
from suggest.reasons import Reasons
from suggest.settings import SuggestSettings
from suggest.statistics.activations import Activations, strongest
from suggest.statistics.agreement import Agreement, agreement
from suggest.statistics.answers import Sample
from suggest.statistics.histogram import Histogram, histogram
from suggest.statistics.predictions import Predictions
from suggest.statistics.reasons import ComparisonPage
from suggest.statistics.samples import SAMPLE_COLUMNS, PointPage, Query, SamplePage, point_page, sample_page
from suggest.statistics.tables import SampleTables


@dataclass(frozen=True)
class ActivatingSample:
    """A sample by its number with its label, and what a unit answers to it."""

    sample: int
    label: str | None
    activation: float


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


class Suggest:
    """Samples, and statistics over their predictions. Safe for many threads."""

    def __init__(self, store: ArtifactStore, settings: SuggestSettings) -> None:
        self._catalogue = Catalogue(store)
        self._tables = SampleTables(store, settings.table_memory_bytes)
        self._predictions = Predictions(store, settings.table_memory_bytes)
        self._activations = Activations(store, settings.table_memory_bytes)
        self._reasons = Reasons(store, settings.table_memory_bytes)
        self._thumbnails: MemoryCache[tuple[str, str, int, int], bytes] = MemoryCache(
            settings.thumbnail_memory_bytes, len
        )
        self._image_pixels = settings.image_pixels

    def samples(self, workspace: str, dataset: str, label: str | None, start: int, size: int) -> SamplePage:
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

    def agreement(
        self, workspace: str, dataset: str, models: tuple[str, ...], max_points: int, sure_score: float
    ) -> tuple[Agreement, int]:
        """The agreement map, and how many samples are not on it since not all models have predicted them."""
        samples = self._samples(workspace, dataset)
        result = agreement(self._frames(workspace, dataset, models), samples, models, max_points, sure_score)
        return result, samples.height - result.samples

    def histogram(self, workspace: str, dataset: str, model: str, bins: int) -> Histogram:
        """The histogram of 1 - p(label)."""
        self._catalogue.dataset(workspace, dataset)
        return histogram(self._frames(workspace, dataset, (model,))[0], bins)

    def query(
        self, workspace: str, dataset: str, models: tuple[str, ...], query: Query, start: int, size: int
    ) -> PointPage:
        """A page of samples with every model's answer."""
        samples = self._samples(workspace, dataset)
        return point_page(self._frames(workspace, dataset, models), samples, models, query, start, size)

    def strongest(
        self, workspace: str, dataset: str, model: str, layer: str, unit: int, limit: int
    ) -> tuple[list[ActivatingSample], int]:
        """The samples to which a unit answers most strongly, and how many are recorded by now.

        Raises:
            HubError: `ACTIVATIONS_NOT_FOUND`, or `ARGUMENT_INVALID` for a unit that the layer does not have.
        """
        labels = self._samples(workspace, dataset)["label"]
        parts = self._recorded(workspace, dataset, model, layer)
        units = next(iter(parts.values())).shape[1]
        if unit >= units:
            raise HubError(
                Reason.ARGUMENT_INVALID,
                f"The layer {layer!r} has no unit {unit}.",
                f"Its units are numbered from 0 to {units - 1}.",
            )
        found = strongest(parts, self._catalogue.dataset(workspace, dataset).shard_size, unit, limit)
        samples = [ActivatingSample(entry.sample, labels[entry.sample], entry.value) for entry in found]
        return samples, sum(len(part) for part in parts.values())

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
            samples={row[0]: Sample(*row) for row in shown.select(SAMPLE_COLUMNS).iter_rows()},
            missing=samples.height - page.samples,
        )

    def _recorded(self, workspace: str, dataset: str, model: str, layer: str) -> dict[int, Floats]:
        name = self._catalogue.model(workspace, model).name
        parts = self._activations.parts(workspace, dataset, model, layer)
        if not parts:
            raise HubError(
                Reason.ACTIVATIONS_NOT_FOUND,
                f"What the layer {layer!r} of {name!r} answers to this data set has not been recorded yet.",
                "Begin a run with `innhub activations`, or wait until the one that goes on has its first samples.",
            )
        return parts

    def _samples(self, workspace: str, dataset: str) -> pl.DataFrame:
        self._catalogue.dataset(workspace, dataset)
        return self._tables.frame(workspace, dataset)

    def _frames(self, workspace: str, dataset: str, models: tuple[str, ...]) -> list[pl.DataFrame]:
        return [self._frame(workspace, dataset, model) for model in models]

    def _frame(self, workspace: str, dataset: str, model: str) -> pl.DataFrame:
        name = self._catalogue.model(workspace, model).name
        frame = self._predictions.frame(workspace, dataset, model)
        if frame.is_empty():
            raise HubError(
                Reason.PREDICTIONS_MISSING,
                f"The model {name!r} has not predicted any sample of this data set yet.",
                "Begin a run with `innhub predict`, or wait until the one that goes on has its first samples.",
            )
        return frame
