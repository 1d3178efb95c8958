"""What is made of what whole runs left, one task a model: a layout, groups, a merged table. All calls block.

Each leaves its artifact under a name that the task fixes, so a task that comes twice changes nothing.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from backplane.artifacts import ArtifactStore
from backplane.catalogue import Catalogue
from backplane.results import Results
from domain.clusters import ClusterMember, ClusterRecord, ClustersRecord
from domain.errors import HubError, Reason
from domain.relevance import COARSE_SIDE
from suggest.statistics.clustering import Groups, clustered
from suggest.statistics.embeddings import Embedded, Embeddings
from suggest.statistics.predictions import Predictions, merged_table
from suggest.statistics.projection import projection
from suggest.statistics.relevance import Relevance
from suggest.statistics.tables import SampleTables

_MOST_MAPS = 20_000
"""More maps of one label are no more telling, and a graph of them fills the memory."""
_SEED = 0


class StatisticsRuns:
    """Works on what runs left, whole data sets at a time."""

    def __init__(self, store: ArtifactStore) -> None:
        self._store = store
        self._catalogue = Catalogue(store)

    def project(self, results: Results) -> int:
        """Lays an embedding out with UMAP; returns how many samples it holds.

        Raises:
            HubError: `EMBEDDING_NOT_FOUND`.
        """
        size = self._catalogue.dataset(results.workspace, results.dataset).shard_size
        embeddings = Embeddings(self._store, 0)

        def parts() -> Iterator[Embedded]:
            return embeddings.parts(results, size)

        samples = sum(len(part.numbers) for part in parts())
        self._store.put(results.projection, projection(parts, samples))
        return samples

    def cluster(self, results: Results, digest: str, label: str) -> int:
        """Groups the samples of a label, or all, by their explanations; returns how many there are.

        Raises:
            HubError: `EXPLANATION_NOT_FOUND`, or `ARGUMENT_INVALID` for too few of them.
        """
        wanted = self._chosen(results, label)
        numbers, maps = [], []
        for part in Relevance(self._store, 0).each(results, digest):
            rows = part.explained & np.isin(part.numbers, wanted)
            numbers += part.numbers[rows].tolist()
            maps.append(part.maps[rows])
        if not maps:
            advice = "Begin a run with `innhub explain-all`."
            raise HubError(Reason.EXPLANATION_NOT_FOUND, "No sample has been explained so.", advice)
        record = _record(clustered(np.concatenate(maps)), numbers)
        self._store.put(results.clusters(digest, label), record.model_dump_json().encode(), "application/json")
        return len(numbers)

    def _chosen(self, results: Results, label: str) -> NDArray[np.int64]:
        """The numbers of the samples of a label, or of all; of very many, a part that is the same every time."""
        samples = SampleTables(self._store, 0).frame(results.workspace, results.dataset)
        if label:
            samples = samples.filter(pl.col("label").cast(pl.String) == label)
        numbers = samples["number"].to_numpy()
        if len(numbers) <= _MOST_MAPS:
            return numbers
        return np.sort(np.random.default_rng(_SEED).choice(numbers, _MOST_MAPS, replace=False))

    def merge(self, results: Results) -> None:
        """Joins the predictions of a whole data set in one table; nothing where some are missing yet."""
        samples = self._catalogue.dataset(results.workspace, results.dataset).samples
        if self._store.exists(results.merged_predictions):
            return
        frame = Predictions(self._store, 0).frame(results, samples)
        if frame.height == samples:
            self._store.put(results.merged_predictions, merged_table(frame))


def _record(found: Groups, numbers: list[int]) -> ClustersRecord:
    members = [ClusterMember(sample=number, x=x, y=y) for number, (x, y) in zip(numbers, found.places, strict=True)]
    return ClustersRecord(
        clusters=tuple(
            ClusterRecord(members=tuple(members[row] for row in group.rows), typical_map=tuple(group.typical.tolist()))
            for group in found.groups
        ),
        side=COARSE_SIDE,
        eigenvalues=tuple(found.eigenvalues.tolist()),
    )
