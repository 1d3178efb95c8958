"""Maps stay what they were: a change of the engine that changes them has to be meant."""

import numpy as np
import pytest
from conformance.asking import difference
from golden.make import MAPS, made, names


@pytest.mark.parametrize(("method", "name"), names())
def test_map_is_what_it_was(method: str, name: str) -> None:
    with np.load(MAPS) as maps:
        wanted = maps[f"{method}@{name}"]

    # Wide enough for another processor's order of sums where LRP divides by small numbers.
    assert difference(made(method, name), wanted) < 1e-3


def test_every_map_belongs_to_a_method() -> None:
    with np.load(MAPS) as maps:
        assert set(maps) == {f"{method}@{name}" for method, name in names()}
