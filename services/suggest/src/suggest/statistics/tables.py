"""The samples of data sets as frames, read once and kept while memory lasts."""

from io import BytesIO

import polars as pl

from backplane.artifacts import ArtifactMissingError, ArtifactStore
from backplane.layout import Layout
from domain.errors import HubError, Reason
from suggest.memory_cache import MemoryCache
from suggest.statistics.samples import SAMPLE_COLUMNS


class SampleTables:
    """The tables of samples of all data sets. All calls block.

    Args:
        store: where they are.
        memory_bytes: how much those that stay in memory may take.
    """

    def __init__(self, store: ArtifactStore, memory_bytes: int) -> None:
        self._store = store
        self._frames: MemoryCache[str, pl.DataFrame] = MemoryCache(
            memory_bytes, lambda frame: int(frame.estimated_size())
        )

    def frame(self, workspace: str, dataset: str) -> pl.DataFrame:
        """The samples of a data set that is ready: columns `SAMPLE_COLUMNS`, in the order of their numbers.

        Raises:
            HubError: `ARCHIVE_CORRUPT` if the table is missing.
        """
        key = Layout(workspace).dataset(dataset).samples
        frame = self._frames.get(key)
        if frame is None:
            try:
                frame = pl.read_parquet(BytesIO(self._store.get(key)), columns=list(SAMPLE_COLUMNS))
            except ArtifactMissingError as error:
                raise HubError(
                    Reason.ARCHIVE_CORRUPT, f"The table {key} is missing.", "Import the data set again."
                ) from error
            self._frames.put(key, frame)
        return frame
