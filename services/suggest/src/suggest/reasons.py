"""Comparing the reasons of several models over a data set that runs have explained. All calls block."""

from collections.abc import Mapping

from backplane.artifacts import ArtifactStore
from backplane.catalogue import Catalogue
from domain.errors import HubError, Reason
from suggest.memory_cache import MemoryCache
from suggest.statistics.likeness import Likeness, likeness
from suggest.statistics.reasons import ComparisonPage, comparison_page
from suggest.statistics.relevance import Part, Relevance

_Pair = tuple[str, str, str, str, str, float, int]


class Reasons:
    """The reasons of all models for all data sets. Safe for many threads.

    Args:
        store: where the parts are.
        memory_bytes: how much the parts that stay in memory may take, and again what was found out of them.
    """

    def __init__(self, store: ArtifactStore, memory_bytes: int) -> None:
        self._catalogue = Catalogue(store)
        self._relevance = Relevance(store, memory_bytes)
        self._likeness: MemoryCache[_Pair, Likeness] = MemoryCache(
            "likeness", memory_bytes, lambda found: found.correlation.nbytes + found.overlap.nbytes
        )

    def page(
        self,
        workspace: str,
        dataset: str,
        models: tuple[str, ...],
        digest: str,
        top_share: float,
        start: int,
        size: int,
    ) -> ComparisonPage:
        """A page of samples, those with the same answer first, and of these the least alike first.

        Raises:
            HubError: `EXPLANATION_NOT_FOUND` if a model has explained no shard of the data set so.
        """
        parts = [self._parts(workspace, dataset, model, digest) for model in models]

        def compare(first: int, second: int, shard: int) -> Likeness:
            key = (workspace, dataset, digest, models[first], models[second], top_share, shard)
            found = self._likeness.get(key)
            if found is None:
                found = likeness(parts[first][shard].maps, parts[second][shard].maps, top_share)
                self._likeness.put(key, found)
            return found

        return comparison_page(parts, compare, start, size)

    def _parts(self, workspace: str, dataset: str, model: str, digest: str) -> Mapping[int, Part]:
        name = self._catalogue.model(workspace, model).name
        parts = self._relevance.parts(workspace, dataset, model, digest)
        if not parts:
            raise HubError(
                Reason.EXPLANATION_NOT_FOUND,
                f"No run has explained this data set so for the model {name!r} yet.",
                "Begin one with `innhub explain-all`, with the same method, parameters, target and layer for all "
                "models, or wait until the one that goes on has its first samples.",
            )
        return parts
