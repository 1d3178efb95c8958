"""Embeddings: what the last hidden layer of a network answers to samples, as runs record it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backplane.results import Results
from imaging.arrays import from_npy
from suggest.memory_cache import MemoryCache
from suggest.statistics.objects import Objects

Halves = NDArray[np.float16]
_SEED = 0


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
        self._known: MemoryCache[str, Halves] = MemoryCache(memory_bytes, lambda part: part.nbytes)

    def shards(self, results: Results) -> list[int]:
        """The numbers of the shards that are recorded by now, in order."""
        names = (entry.key.removeprefix(results.embedding) for entry in self._objects.list(results.embedding))
        return sorted(int(name.removesuffix(".npy")) for name in names)

    def part(self, results: Results, shard: int) -> Halves:
        """The vectors (samples, units) of a shard."""
        key = results.embedding_part(shard)
        part = self._known.get(key)
        if part is None:
            part = np.asarray(from_npy(self._objects.get(key)), np.float16)
            self._known.put(key, part)
        return part

    def parts(self, results: Results, shard_size: int) -> Iterator[Embedded]:
        """All that is recorded by now, shard by shard."""
        for shard in self.shards(results):
            part = self.part(results, shard)
            yield Embedded(shard * shard_size + np.arange(len(part)), part)

    def some(self, results: Results, shard_size: int, most: int) -> Embedded:
        """Whole shards, all of them or as many as hold about `most` samples: the same ones every time.

        How much is read follows from `most`, and not from the size of the data set.
        """
        shards = np.asarray(self.shards(results))
        wanted = max(1, -(-most // shard_size))
        if len(shards) > wanted:
            shards = np.sort(np.random.default_rng(_SEED).choice(shards, wanted, replace=False))
        return joined({int(shard): self.part(results, int(shard)) for shard in shards}, shard_size)


def joined(parts: Mapping[int, Halves], shard_size: int) -> Embedded:
    """Parts by the number of their shard, one behind the other."""
    if not parts:
        return Embedded(np.empty(0, np.int64), np.empty((0, 0), np.float16))
    numbers = [shard * shard_size + np.arange(len(part)) for shard, part in parts.items()]
    return Embedded(np.concatenate(numbers), np.concatenate(list(parts.values())))
