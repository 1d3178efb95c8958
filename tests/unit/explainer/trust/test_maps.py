import numpy as np
import pytest

from explainer.trust.maps import pixel_map, rank_correlation, says_something, ssim

RISING = np.arange(6.0).reshape(2, 3)


def test_a_pixel_is_the_sum_over_its_channels() -> None:
    assert pixel_map(np.array([[[1, 2, -4]]], np.float32)).tolist() == [[-1.0]]


def test_ranks_and_not_values_are_correlated() -> None:
    assert rank_correlation(RISING, RISING**3) == pytest.approx(1.0)
    assert rank_correlation(RISING, -RISING) == pytest.approx(-1.0)
    # Ranks 0 1 2 3 4 5 against 1 0 2 3 4 5: 1 - 6 Σd² / (n (n² - 1)) with Σd² = 2.
    swapped = np.array([[1.0, 0.0, 2.0], [3.0, 4.0, 5.0]])
    assert rank_correlation(RISING, swapped) == pytest.approx(1 - 6 * 2 / (6 * 35))


@pytest.mark.parametrize("nothing", [np.zeros((2, 3)), np.full((2, 3), np.nan), np.full((2, 3), np.inf)])
def test_a_map_that_says_nothing_is_like_no_other(nothing: np.ndarray) -> None:
    assert not says_something(nothing)
    assert rank_correlation(RISING, nothing) == 0.0
    assert ssim(nothing, RISING) == 0.0


def test_ssim_does_not_see_scale_and_sees_sign() -> None:
    found = np.random.default_rng(1).normal(size=(16, 16))
    assert ssim(found, 7.0 * found) == pytest.approx(1.0)
    assert ssim(found, -found) < 0.5
    assert ssim(np.abs(found), np.abs(-found)) == pytest.approx(1.0)


def test_ssim_of_a_map_smaller_than_its_window() -> None:
    assert ssim(RISING, RISING) == pytest.approx(1.0)
