"""What the units of layers answered, as runs record it, and the samples to which a unit answers most strongly."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backplane.results import Results
from imaging.arrays import Floats, from_npy
from suggest.memory_cache import MemoryCache
from suggest.statistics.objects import Objects


@dataclass(frozen=True, slots=True)
class Activation:
    """A sample by its number, and what a unit answers to it."""

    sample: int
    value: float


class Activations:
    """The activations of all layers for all data sets. All calls block.

    Args:
        objects: where the parts are.
        memory_bytes: how much the parts that stay in memory may take.
    """

    def __init__(self, objects: Objects, memory_bytes: int) -> None:
        self._objects = objects
        self._known: MemoryCache[str, Floats] = MemoryCache("activations", memory_bytes, lambda part: part.nbytes)

    def parts(self, workspace: str, dataset: str, model: str, layer: str) -> Iterator[tuple[int, Floats]]:
        """All that is recorded by now, one after the other: the number of a shard, and its part (samples, units)."""
        folder = Results(workspace, dataset, model).layer_activations(layer)
        for part in self._objects.list(folder):
            yield int(part.key.removeprefix(folder).removesuffix(".npy")), self._part(part.key)

    def _part(self, key: str) -> Floats:
        part = self._known.get(key)
        if part is None:
            part = from_npy(self._objects.get(key))
            self._known.put(key, part)
        return part


def strongest(numbers: NDArray[np.int64], values: Floats, limit: int) -> list[Activation]:
    """The samples (samples,) with the largest activations (samples,); equal ones in the order of their numbers."""
    order = np.lexsort((numbers, -values))[:limit]
    return [Activation(int(numbers[place]), float(values[place])) for place in order]
