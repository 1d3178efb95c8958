"""Embeddings: what the last hidden layer of a network answers to samples, as runs record it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backplane.results import Results
from imaging.arrays import from_npy
from suggest.memory_cache import MemoryCache
from suggest.statistics.objects import Objects

Halves = NDArray[np.float16]
_SEED = 0
_MOST_SHARDS = 64
"""Read for one question: some 40 MB."""


@dataclass(frozen=True)
class Embedded:
    """Samples with their embeddings: numbers (samples,) in order, and vectors (samples, units)."""

    numbers: NDArray[np.int64]
    vectors: Halves


class Embeddings:
    """The embeddings of all data sets. All calls block.

    Args:
        objects: where the parts are.
        memory_bytes: how much the parts that stay in memory may take.
    """

    def __init__(self, objects: Objects, memory_bytes: int) -> None:
        self._objects = objects
        self._known: MemoryCache[str, Halves] = MemoryCache("embeddings", memory_bytes, lambda part: part.nbytes)

    def shards(self, results: Results) -> list[int]:
        """The numbers of the shards that are recorded by now, in order."""
        names = (entry.key.removeprefix(results.embedding) for entry in self._objects.list(results.embedding))
        return sorted(int(name.removesuffix(".npy")) for name in names)

    def part(self, results: Results, shard: int, *, keep: bool = True) -> Halves:
        """The vectors (samples, units) of a shard; kept in memory, unless a whole data set is gone through."""
        key = results.embedding_part(shard)
        part = self._known.get(key)
        if part is None:
            part = np.asarray(from_npy(self._objects.get(key)), np.float16)
            if keep:
                self._known.put(key, part)
        return part

    def parts(self, results: Results, shard_size: int) -> Iterator[Embedded]:
        """All that is recorded by now, shard by shard."""
        for shard in self.shards(results):
            part = self.part(results, shard, keep=False)
            yield Embedded(shard * shard_size + np.arange(len(part)), part)

    def spread(self, results: Results, shard_size: int, most: int) -> Embedded:
        """About `most` samples from as many shards as are read in a moment: the same ones every time.

        Archives are sorted by class, so whole shards would show few of them. How much is read does not follow from the
        size of the data set.
        """
        generator = np.random.default_rng(_SEED)
        shards = _some(self.shards(results), generator)
        a_shard = -(-most // max(1, len(shards)))
        chosen = {}
        for shard in shards:
            part = self.part(results, shard)
            rows = np.sort(generator.permutation(len(part))[:a_shard])
            chosen[shard] = (shard * shard_size + rows, part[rows])
        return _joined(chosen.values())

    def of(self, results: Results, shard_size: int, numbers: NDArray[np.int64]) -> Embedded:
        """Those of some samples that are recorded; where they lie in very many shards, of some of these."""
        shards = set(self.shards(results)) & set(np.unique(numbers // shard_size).tolist())
        chosen = []
        for shard in _some(sorted(shards), np.random.default_rng(_SEED)):
            own = numbers[numbers // shard_size == shard]
            chosen.append((own, self.part(results, shard)[own - shard * shard_size]))
        return _joined(chosen)

    def all(self, results: Results, shard_size: int) -> Embedded:
        """All that is recorded by now, for data sets that are compared all with all."""
        return _joined((part.numbers, part.vectors) for part in self.parts(results, shard_size))


def _some(shards: Sequence[int], generator: np.random.Generator) -> list[int]:
    if len(shards) <= _MOST_SHARDS:
        return list(shards)
    return sorted(generator.choice(np.asarray(shards), _MOST_SHARDS, replace=False).tolist())


def _joined(parts: Iterable[tuple[NDArray[np.int64], Halves]]) -> Embedded:
    found = list(parts)
    if not found:
        return Embedded(np.empty(0, np.int64), np.empty((0, 0), np.float16))
    return Embedded(*(np.concatenate(column) for column in zip(*found, strict=True)))
