"""What models predicted, as frames: every part is read once, and a run that grows is followed.

Once a run has predicted the whole data set, its parts are merged in one table: a million samples in thousands of parts
would take half a minute to fetch, and one table a moment.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO

import polars as pl

from backplane.artifacts import ArtifactMissingError, StoredObject
from backplane.results import Results
from domain.predictions import Column
from suggest.memory_cache import MemoryCache
from suggest.statistics.objects import Objects

SCHEMA = pl.Schema(
    {
        "sample": pl.Int64,
        "index": pl.Int32,
        "score": pl.Float64,
        "label_index": pl.Int32,
        "label_score": pl.Float64,
        "margin": pl.Float64,
        "entropy": pl.Float64,
    }
)
"""A row a sample in the order of their numbers: the unit and score of the predicted class, the label's, and how sure
the model is."""

_BEST = {"index": Column.TOP_INDICES, "score": Column.TOP_SCORES}
_LABEL = (Column.LABEL_INDEX, Column.LABEL_SCORE)
_DOUBT = (Column.MARGIN, Column.ENTROPY)
_COLUMNS: list[str] = [Column.SAMPLE, *_BEST.values(), *_LABEL, *_DOUBT]
_READERS = 8


@dataclass(frozen=True)
class _Known:
    """What has been read so far."""

    parts: frozenset[StoredObject]
    frame: pl.DataFrame


class Predictions:
    """The predictions of all models for all data sets. All calls block.

    Args:
        objects: where the parts are.
        memory_bytes: how much the frames that stay in memory may take.
    """

    def __init__(self, objects: Objects, memory_bytes: int) -> None:
        self._objects = objects
        self._known: MemoryCache[Results, _Known] = MemoryCache(
            "predictions", memory_bytes, lambda known: int(known.frame.estimated_size())
        )

    def frame(self, results: Results, samples: int) -> pl.DataFrame:
        """All that is predicted by now: columns of `SCHEMA`, without rows if there is no part yet.

        Args:
            results: of which model for which data set.
            samples: how many the data set has; a frame of all of them is final, and never looked for again.
        """
        known = self._known.get(results)
        if known is not None and known.frame.height == samples:
            return known.frame
        merged = self._merged(results)
        if merged is not None:
            known = _Known(frozenset(), merged)
        else:
            known = self._followed(known or _Known(frozenset(), SCHEMA.to_frame()), results)
        self._known.put(results, known)
        return known.frame

    def _merged(self, results: Results) -> pl.DataFrame | None:
        try:
            return pl.read_parquet(BytesIO(self._objects.get(results.merged_predictions))).rechunk()
        except ArtifactMissingError:
            return None

    def _followed(self, known: _Known, results: Results) -> _Known:
        parts = frozenset(self._objects.list(results.predictions))
        if not known.parts <= parts:
            known = _Known(frozenset(), SCHEMA.to_frame())
        coming = sorted(parts - known.parts, key=lambda part: part.key)
        if not coming:
            return known
        with ThreadPoolExecutor(_READERS) as threads:
            frames = list(threads.map(lambda part: read_part(self._objects.get(part.key)), coming))
        return _Known(parts, pl.concat([known.frame, *frames]).sort("sample").rechunk())


def read_part(data: bytes) -> pl.DataFrame:
    """A part as a frame of `SCHEMA`."""
    part = pl.read_parquet(BytesIO(data), columns=_COLUMNS)
    best = [pl.col(column).list.first().alias(name) for name, column in _BEST.items()]
    return part.select(Column.SAMPLE, *best, *_LABEL, *_DOUBT)


def merged_table(frame: pl.DataFrame) -> bytes:
    """A complete frame of `SCHEMA` as the file that stands for all parts."""
    file = BytesIO()
    frame.write_parquet(file, compression="zstd")
    return file.getvalue()
