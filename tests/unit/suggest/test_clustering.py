"""Spectral relevance analysis finds groups that are there."""

import numpy as np
import pytest

from domain.errors import HubError, Reason
from suggest.statistics.clustering import clustered


def maps(*places: int, copies: int = 12, side: int = 8) -> np.ndarray:
    """Maps with relevance around some cells, `copies` of each, with noise and of different strength."""
    generator, made = np.random.default_rng(0), []
    for place in places:
        for _ in range(copies):
            relevance = generator.standard_normal(side * side) * 0.05
            relevance[place : place + 6] += 1
            made.append(relevance * generator.uniform(0.1, 10))
    return np.asarray(made, np.float32)


@pytest.mark.parametrize("places", [(0, 40), (0, 20, 50), (0, 14, 28, 42)])
def test_groups_that_are_there_are_found(places: tuple[int, ...]) -> None:
    found = clustered(maps(*places))
    assert len(found.groups) == len(places)
    assert {frozenset(group.rows.tolist()) for group in found.groups} == {
        frozenset(range(12 * number, 12 * (number + 1))) for number in range(len(places))
    }


def test_a_typical_map_shows_where_its_group_looks() -> None:
    for group in clustered(maps(0, 40)).groups:
        start = 0 if 0 in group.rows else 40
        assert set(np.argsort(group.typical)[-6:]) == set(range(start, start + 6))
        assert group.typical.max() <= 1


def test_the_largest_group_comes_first_and_its_most_typical_member_leads() -> None:
    found = clustered(np.concatenate([maps(0, copies=8), maps(40, copies=20)]))
    assert [len(group.rows) for group in found.groups] == [20, 8]
    assert found.places.shape == (28, 2)


def test_eigenvalues_of_separate_groups_are_zero() -> None:
    found = clustered(maps(0, 20, 50))
    assert found.eigenvalues[:3] == pytest.approx([0, 0, 0], abs=1e-6)
    assert found.eigenvalues[3] > 0.1


def test_the_same_maps_give_the_same_groups() -> None:
    first, second = (clustered(maps(0, 40)) for _ in range(2))
    assert [group.rows.tolist() for group in first.groups] == [group.rows.tolist() for group in second.groups]


def test_what_a_network_does_not_see_does_not_matter() -> None:
    unseen = maps(0, 40)
    unseen[:, -3:] = np.nan
    assert len(clustered(unseen).groups) == 2


def test_maps_without_relevance_are_grouped_like_others() -> None:
    empty = np.concatenate([maps(0), np.zeros((12, 64), np.float32)])
    assert sum(len(group.rows) for group in clustered(empty).groups) == 24


def test_too_few_maps_are_refused() -> None:
    with pytest.raises(HubError) as caught:
        clustered(maps(0, copies=5))
    assert caught.value.reason is Reason.ARGUMENT_INVALID
    assert "5" in caught.value.message
