"""What runs explained, as suggestions need it: the answers, and the coarse maps. Every part is read once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backplane.results import Results
from domain.explanations import RankedClass
from domain.relevance import ExplainedShard
from imaging.arrays import Floats, from_npy
from suggest.memory_cache import MemoryCache
from suggest.statistics.objects import Objects

_BYTES_AN_ANSWER = 300


@dataclass(frozen=True)
class Part:
    """A shard as a model explained it.

    Attributes:
        numbers: of the samples, (samples,).
        predicted: what the model answers to each.
        maps: the coarse maps (samples, cells); NaN for a sample that could not be explained.
    """

    numbers: NDArray[np.int64]
    predicted: tuple[RankedClass, ...]
    maps: Floats

    @property
    def explained(self) -> NDArray[np.bool_]:
        """Which samples could be explained (samples,)."""
        return np.asarray(~np.isnan(self.maps).all(axis=1))


class Relevance:
    """What runs explained of all data sets. All calls block.

    Args:
        objects: where the parts are.
        memory_bytes: how much the parts that stay in memory may take.
    """

    def __init__(self, objects: Objects, memory_bytes: int) -> None:
        self._objects = objects
        self._known: MemoryCache[str, Part] = MemoryCache(
            "relevance", memory_bytes, lambda part: part.maps.nbytes + _BYTES_AN_ANSWER * len(part.predicted)
        )

    def parts(self, workspace: str, dataset: str, model: str, digest: str) -> dict[int, Part]:
        """All shards that are explained by now, by their numbers.

        Args:
            workspace: of all.
            dataset: its id.
            model: its id.
            digest: of what was asked.
        """
        results = Results(workspace, dataset, model)
        return {shard: self._part(results, digest, shard) for shard in self._shards(results, digest)}

    def each(self, results: Results, digest: str) -> Iterator[Part]:
        """The same, one after the other, for who goes through all of them."""
        for shard in self._shards(results, digest):
            yield self._part(results, digest, shard)

    def _shards(self, results: Results, digest: str) -> list[int]:
        folder = f"{results.relevance(digest).root}/"
        names = (entry.key.removeprefix(folder) for entry in self._objects.list(folder))
        return sorted(int(name.removesuffix(".json")) for name in names if name.endswith(".json"))

    def _part(self, results: Results, digest: str, shard: int) -> Part:
        paths = results.relevance(digest)
        record_key, maps_key = paths.record(shard), paths.coarse(shard)
        part = self._known.get(record_key)
        if part is None:
            record = ExplainedShard.model_validate_json(self._objects.get(record_key))
            maps = from_npy(self._objects.get(maps_key))
            part = Part(
                numbers=np.asarray([sample.sample for sample in record.samples], np.int64),
                predicted=tuple(sample.predicted for sample in record.samples),
                maps=maps.reshape(len(maps), -1),
            )
            self._known.put(record_key, part)
        return part
