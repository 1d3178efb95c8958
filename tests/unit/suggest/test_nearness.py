"""Nearness in embeddings: against examples worked by hand, and by what must hold for all."""

import numpy as np
import pytest

from suggest.statistics.embeddings import Embedded
from suggest.statistics.nearness import duplicates, nearest, neighbourhoods, outliers, principal_plane


def embedded(*vectors: tuple[float, ...]) -> Embedded:
    return Embedded(np.arange(len(vectors)), np.asarray(vectors, np.float16))


FOUR = embedded((1, 0), (2, 0), (0, 1), (-1, 0))


def test_neighbours_are_told_by_direction_and_not_by_length() -> None:
    found = nearest(FOUR.vectors[0], [FOUR], 3)
    assert [(one.sample, round(one.distance, 6)) for one in found] == [(0, 0), (1, 0), (2, 1)]


def test_neighbours_are_found_across_parts() -> None:
    parts = [Embedded(np.asarray([4, 5]), FOUR.vectors[2:]), Embedded(np.asarray([0, 1]), FOUR.vectors[:2])]
    assert [one.sample for one in nearest(FOUR.vectors[0], parts, 2)] == [0, 1]


def test_duplicates_are_pairs_each_once_the_closest_first() -> None:
    found = neighbourhoods(embedded((1, 0), (0, 1), (1, 0.001), (0.1, 1)))
    pairs = duplicates(found, 0.01)
    assert [(pair.first, pair.second) for pair in pairs] == [(0, 2), (1, 3)]
    assert pairs[0].distance < pairs[1].distance <= 0.01


def test_outliers_lie_farthest_from_their_neighbours() -> None:
    found = neighbourhoods(embedded((1, 0), (1, 0.1), (1, 0.2), (-1, 0)))
    assert outliers(found, 1)[0].sample == 3
    assert [one.sample for one in outliers(found, 9)][-1] in {0, 1, 2}


def test_a_single_sample_has_no_neighbours() -> None:
    alone = neighbourhoods(embedded((1, 0)))
    assert duplicates(alone, 2) == []
    assert outliers(alone, 5) == []


def test_the_plane_shows_the_directions_of_largest_variance() -> None:
    generator = np.random.default_rng(0)
    spread = (generator.standard_normal((200, 3)) * (0.1, 5, 1) + 7).astype(np.float16)
    plane = principal_plane(spread)
    places = plane.places(spread)
    assert np.abs(np.corrcoef(places[:, 0], spread[:, 1])[0, 1]) == pytest.approx(1, abs=1e-3)
    assert places.mean(axis=0) == pytest.approx([0, 0], abs=1e-2)
    assert plane.explained_variance[0] > plane.explained_variance[1] > 0
    assert sum(plane.explained_variance) == pytest.approx(1, abs=1e-2)


@pytest.mark.parametrize("vectors", [((1.0, 2.0),), ((1.0,), (2.0,)), ((1.0, 1.0), (1.0, 1.0))])
def test_few_samples_units_or_differences_have_a_plane_too(vectors: tuple[tuple[float, ...], ...]) -> None:
    few = np.asarray(vectors, np.float16)
    plane = principal_plane(few)
    assert plane.places(few).shape == (len(vectors), 2)
    assert np.isfinite(plane.places(few)).all()
    assert np.isfinite(plane.explained_variance).all()
