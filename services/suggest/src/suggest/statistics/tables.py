"""The samples of data sets as frames, read once and kept while memory lasts."""

from io import BytesIO

import polars as pl

from backplane.artifacts import ArtifactMissingError, ArtifactStore
from backplane.layout import Layout
from domain.errors import HubError, Reason
from suggest.memory_cache import MemoryCache
from suggest.statistics.answers import SAMPLE_COLUMNS
from suggest.statistics.quantities import COLUMN


class SampleTables:
    """The tables of samples of all data sets. All calls block.

    Args:
        store: where they are.
        memory_bytes: how much those that stay in memory may take.
    """

    def __init__(self, store: ArtifactStore, memory_bytes: int) -> None:
        self._store = store
        self._frames: MemoryCache[str, pl.DataFrame] = MemoryCache(
            "tables", memory_bytes, lambda frame: int(frame.estimated_size())
        )

    def frame(self, workspace: str, dataset: str) -> pl.DataFrame:
        """The samples of a data set that is ready, in the order of their numbers.

        Columns `SAMPLE_COLUMNS`, and those of the data set with `column:` before their names.

        Raises:
            HubError: `ARCHIVE_CORRUPT` if the table is missing.
        """
        key = Layout(workspace).dataset(dataset).samples
        frame = self._frames.get(key)
        if frame is None:
            try:
                frame = _read(self._store.get(key))
            except ArtifactMissingError as error:
                raise HubError(
                    Reason.ARCHIVE_CORRUPT, f"The table {key} is missing.", "Import the data set again."
                ) from error
            self._frames.put(key, frame)
        return frame


def _read(data: bytes) -> pl.DataFrame:
    file = BytesIO(data)
    columns = [name for name in pl.read_parquet_schema(file) if name.startswith(COLUMN)]
    # In one piece: columns of several pieces are copied whenever others are put beside them.
    frame = pl.read_parquet(file, columns=[*SAMPLE_COLUMNS, *columns]).rechunk()
    # A million samples have few labels: a number each, instead of a text each.
    labels = pl.Enum(frame["label"].drop_nulls().unique().sort())
    return frame.with_columns(pl.col("label").cast(labels))
