"""What models predicted, as frames: every part is read once, and a run that grows is followed."""

from dataclasses import dataclass
from io import BytesIO

import polars as pl

from backplane.artifacts import StoredObject
from backplane.results import Results
from domain.predictions import Column
from suggest.memory_cache import MemoryCache
from suggest.statistics.objects import Objects

SCHEMA = pl.Schema(
    {
        "sample": pl.Int64,
        "index": pl.Int32,
        "name": pl.String,
        "score": pl.Float64,
        "label_index": pl.Int32,
        "label_score": pl.Float64,
    }
)
"""A row a sample in the order of their numbers: the unit, name and score of the predicted class, and the label's."""

_BEST = {"index": Column.TOP_INDICES, "name": Column.TOP_CLASSES, "score": Column.TOP_SCORES}
_LABEL = (Column.LABEL_INDEX, Column.LABEL_SCORE)
_COLUMNS: list[str] = [Column.SAMPLE, *_BEST.values(), *_LABEL]


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
        self._known: MemoryCache[str, _Known] = MemoryCache(
            memory_bytes, lambda known: int(known.frame.estimated_size())
        )

    def frame(self, workspace: str, dataset: str, model: str) -> pl.DataFrame:
        """All that is predicted by now: columns of `SCHEMA`, without rows if there is no part yet."""
        folder = Results(workspace, dataset, model).predictions
        parts = frozenset(self._objects.list(folder))
        known = self._known.get(folder)
        if known is None or not known.parts <= parts:
            known = _Known(frozenset(), SCHEMA.to_frame())
        coming = sorted(parts - known.parts, key=lambda part: part.key)
        if coming:
            frames = [known.frame, *(read_part(self._objects.get(part.key)) for part in coming)]
            known = _Known(parts, pl.concat(frames).sort("sample"))
            self._known.put(folder, known)
        return known.frame


def read_part(data: bytes) -> pl.DataFrame:
    """A part as a frame of `SCHEMA`."""
    part = pl.read_parquet(BytesIO(data), columns=_COLUMNS)
    best = [pl.col(column).list.first().alias(name) for name, column in _BEST.items()]
    return part.select(Column.SAMPLE, *best, *_LABEL)
