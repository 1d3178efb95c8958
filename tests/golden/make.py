"""Writes `maps.npz`: what every method gives on three small networks. `python -m golden.make`, run in `tests`.

Made anew only when a change of the maps is meant; the difference then belongs into the message of the commit.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from conformance.asking import METHODS, applies, explained, parameters_of
from conformance.networks import FloatArray, best_units, inputs, network

MAPS = Path(__file__).with_name("maps.npz")
NETWORKS = ("normalised", "gated", "standardised")
_FEW = {"samples": 4, "steps": 6, "permutations": 2, "masks": 24}
"""Parameters that only say how often the same is done."""


def names() -> Iterator[tuple[str, str]]:
    """Every method with each network that it explains."""
    return ((method, name) for method in METHODS for name in NETWORKS if applies(method, network(name)))


def made(method: str, name: str) -> FloatArray:
    """The map of the first picture of a network, for its best unit."""
    picture = inputs(name)[:1]
    few = {key: value for key, value in _FEW.items() if key in parameters_of(method)}
    relevance = explained(method, network(name), picture, best_units(name, picture), parameters=few)
    return np.asarray(relevance[0])


if __name__ == "__main__":
    maps: dict[str, Any] = {f"{method}@{name}": made(method, name) for method, name in names()}
    np.savez_compressed(MAPS, **maps)
