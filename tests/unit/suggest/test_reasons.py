"""Same answer, different reason: measures against SciPy, the order of samples, and runs that grow."""

from collections.abc import Iterable, Sequence

import numpy as np
import pytest
from scipy.stats import spearmanr

from backplane.artifacts import StoredObject
from backplane.results import Results
from domain.explanations import RankedClass
from domain.relevance import ExplainedSample, ExplainedShard
from imaging.arrays import Floats, to_npy
from suggest.statistics.likeness import Likeness, likeness
from suggest.statistics.reasons import ComparisonPage, comparison_page
from suggest.statistics.relevance import Part, Relevance

NAN = float("nan")


def maps(*rows: Sequence[float]) -> Floats:
    return np.asarray(rows, np.float32)


def test_the_correlation_is_spearmans_over_the_cells_that_both_maps_have() -> None:
    random = np.random.default_rng(1)
    # Few different values, so that there are ties.
    first, second = random.integers(-4, 5, (2, 40, 64)).astype(np.float32)
    first[:, :9], second[:, 5:20] = NAN, NAN
    found = likeness(first, second, 0.1).correlation
    wanted = [
        spearmanr(*(row[~np.isnan(one + other)] for row in (one, other))).statistic
        for one, other in zip(first, second, strict=True)
    ]
    np.testing.assert_allclose(found, wanted, rtol=1e-9)


def test_the_overlap_is_the_share_of_the_most_relevant_cells_in_common() -> None:
    first = maps((9, 8, 7, 6, 5, 4, 3, 2, 1, 0), (9, 8, 7, 6, 5, 4, 3, 2, 1, 0), (0, 0, 0, 0, 0, 0, 0, 0, 9, NAN))
    second = maps((9, 8, 7, 6, 5, 4, 3, 2, 1, 0), (0, 9, 8, 7, 6, 5, 4, 3, 2, 1), (1, 0, 0, 0, 0, 0, 0, 0, 0, 9))
    np.testing.assert_allclose(likeness(first, second, 0.2).overlap, [1, 0.5, 0.5])
    np.testing.assert_allclose(likeness(first, second, 0.001).overlap, [1, 0, 0])
    np.testing.assert_allclose(likeness(first, second, 1.0).overlap, [1, 1, 1])


def test_maps_without_common_cells_or_without_differences_are_not_compared() -> None:
    found = likeness(maps((1, NAN), (1, 1), (NAN, NAN)), maps((NAN, 1), (2, 1), (1, 2)), 0.5)
    assert np.isnan(found.correlation).all()
    np.testing.assert_array_equal(found.overlap, [NAN, 1, NAN])


def part(begin: int, names: str, rows: Floats) -> Part:
    answers = tuple(RankedClass(index=ord(name), name=name, score=0.5) for name in names)
    return Part(begin + np.arange(len(names)), answers, rows)


def page(*models: dict[int, Part], start: int = 0, size: int = 10) -> ComparisonPage:
    def compare(first: int, second: int, shard: int) -> Likeness:
        return likeness(models[first][shard].maps, models[second][shard].maps, 0.25)

    return comparison_page(models, compare, start, size)


UP, DOWN, SWAPPED, UNKNOWN = (1, 2, 3, 4), (4, 3, 2, 1), (2, 1, 3, 4), (NAN, NAN, NAN, NAN)
LEFT = {0: part(0, "aab", maps(UP, UP, UP)), 1: part(3, "aaa", maps(UP, UP, UNKNOWN))}
RIGHT = {0: part(0, "aba", maps(SWAPPED, UP, DOWN)), 1: part(3, "aaa", maps(DOWN, UP, UP)), 2: part(6, "a", maps(UP))}


def test_the_same_answers_come_first_and_of_these_the_least_alike() -> None:
    found = page(LEFT, RIGHT)
    assert [one.sample for one in found.comparisons] == [3, 0, 4, 2, 1]
    assert [one.same_answer for one in found.comparisons] == [True, True, True, False, False]
    assert [one.mean_correlation for one in found.comparisons] == pytest.approx([-1, 0.8, 1, -1, 1])
    assert [one.mean_overlap for one in found.comparisons] == [0, 1, 1, 0, 1]
    assert (found.samples, found.same_answer, found.next_position) == (5, 3, None)
    assert [answer.name for answer in found.comparisons[3].predicted] == ["b", "a"]


def test_pages_follow_each_other() -> None:
    first, second, third = (page(LEFT, RIGHT, start=start, size=2) for start in (0, 2, 4))
    assert [one.next_position for one in (first, second, third)] == [2, 4, None]
    assert first.comparisons + second.comparisons + third.comparisons == page(LEFT, RIGHT).comparisons


def test_of_several_pairs_the_mean_and_the_lowest_are_told() -> None:
    models = [{0: part(0, "a", maps(row))} for row in (UP, UP, DOWN)]
    (found,) = page(*models).comparisons
    assert [found.mean_correlation, found.lowest_correlation] == pytest.approx([-1 / 3, -1])
    assert [found.mean_overlap, found.lowest_overlap] == pytest.approx([1 / 3, 0])


def test_a_map_without_differences_has_no_correlation_and_comes_last() -> None:
    left = {0: part(0, "aa", maps((1, 1, 1, 1), UP))}
    found = page(left, {0: part(0, "aa", maps(UP, UP))})
    assert [one.sample for one in found.comparisons] == [1, 0]
    assert found.comparisons[1].mean_correlation is found.comparisons[1].lowest_correlation is None


def test_models_without_a_shard_in_common_have_nothing_to_compare() -> None:
    assert page({0: part(0, "a", maps(UP))}, {1: part(1, "a", maps(UP))}) == ComparisonPage((), None, 0, 0)


class Shelf:
    """Objects in memory, and how often each was read."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.reads: list[str] = []

    def list(self, prefix: str) -> Iterable[StoredObject]:
        return [StoredObject(key, len(data)) for key, data in self.objects.items() if key.startswith(prefix)]

    def get(self, key: str) -> bytes:
        self.reads.append(key)
        return self.objects[key]


def test_a_growing_run_is_followed_and_a_shard_without_its_record_does_not_exist() -> None:
    shelf, paths = Shelf(), Results("w", "d", "m").relevance("ab")
    relevance = Relevance(shelf, 10**6)
    answer = RankedClass(index=1, name="a", score=1)
    for shard in (1, 0):
        shelf.objects[paths.chunk(shard, 0)] = to_npy(np.zeros((1, 4, 4), np.float32))
        shelf.objects[paths.coarse(shard)] = to_npy(np.full((1, 2, 2), shard, np.float32))
        assert shard not in relevance.parts("w", "d", "m", "ab")
        samples = (ExplainedSample(sample=shard, predicted=answer),)
        record = ExplainedShard(height=4, width=4, samples=samples)
        shelf.objects[paths.record(shard)] = record.model_dump_json().encode()
        found = relevance.parts("w", "d", "m", "ab")
        assert {number: one.maps.tolist() for number, one in found.items()} == {
            number: [[number] * 4] for number in range(shard, 2)
        }
    assert sorted(shelf.reads) == sorted(key for key in shelf.objects if "/00000.npy" not in key)
