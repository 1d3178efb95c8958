"""How the weights of a network are spread."""

from collections.abc import Mapping

import numpy as np

from domain.inside import AllWeightStatistics, WeightStatistics
from network.pieces import Array

_BINS = 24
_MOST_BINNED = 1_000_000
"""Larger weights are counted by values taken evenly from them."""


def weight_statistics(weights: Mapping[str, Array]) -> AllWeightStatistics:
    """The statistics of weights by `<layer>.<weight>`."""
    return AllWeightStatistics(weights=tuple(_statistics(name, values) for name, values in weights.items()))


def _statistics(name: str, values: Array) -> WeightStatistics:
    layer, _, weight = name.rpartition(".")
    minimum, maximum = float(values.min()), float(values.max())
    every = -(-values.size // _MOST_BINNED)
    counts, edges = np.histogram(values.reshape(-1)[::every], bins=_BINS, range=(minimum, maximum))
    return WeightStatistics(
        layer=layer,
        weight=weight,
        shape=values.shape,
        minimum=minimum,
        maximum=maximum,
        mean=float(values.mean(dtype=np.float64)),
        deviation=float(values.std()),
        zeros=float(np.mean(values == 0)),
        edges=tuple(float(edge) for edge in edges),
        counts=tuple(int(count) for count in counts),
    )
