import numpy as np
import pytest

from explainer.trust.stability import noisy_copy, relative_change, stability

BLACK, WHITE = np.zeros(3, np.float32), np.full(3, 255, np.float32)


def test_a_copy_stays_within_the_radius_and_within_black_and_white() -> None:
    picture = np.random.default_rng(0).uniform(0, 255, (30, 30, 3)).astype(np.float32)
    copy = noisy_copy(picture, BLACK, WHITE, 0.02, seed=1, number=0)
    assert 4.0 < np.abs(copy - picture).max() <= 0.02 * 255 + 1e-4
    assert copy.min() >= 0
    assert copy.max() <= 255


def test_copies_differ_by_number_and_are_the_same_for_a_seed() -> None:
    picture = np.full((4, 4, 3), 100, np.float32)
    first, again, other = (noisy_copy(picture, BLACK, WHITE, 0.1, 1, number) for number in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()


def test_what_black_and_white_are_does_not_matter_to_the_radius() -> None:
    turned = noisy_copy(np.zeros((9, 9, 3), np.float32), np.ones(3), -np.ones(3), 0.1, 0, 0)
    assert 0.15 < np.abs(turned).max() <= 0.2


def test_the_change_is_relative_to_the_map() -> None:
    original = np.array([[3.0, 4.0]])
    assert relative_change(original, original) == 0
    assert relative_change(original, np.array([[3.0, 3.0]])) == pytest.approx(1 / 5)
    assert relative_change(original, -original) == pytest.approx(2.0)


def test_the_largest_change_and_the_mean_correlation_count() -> None:
    found = stability([(0.1, 0.9), (0.4, 0.7)])
    assert (found.max_sensitivity, found.changes) == (0.4, (0.1, 0.4))
    assert found.rank_correlation == pytest.approx(0.8)
