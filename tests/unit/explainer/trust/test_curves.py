import numpy as np
import pytest

from explainer.trust.curves import area, curve, curve_values, random_order, relevance_order

WEIGHTS = np.array([[4.0, 1.0], [2.0, 3.0]], np.float32)
PICTURE, NOTHING = np.ones((2, 2, 3), np.float32), np.zeros((2, 2, 3), np.float32)


def value(pictures: np.ndarray) -> np.ndarray:
    """A linear network: each pixel counts as its weight says."""
    return np.asarray((pictures.mean(axis=-1) * WEIGHTS).sum(axis=(1, 2)), np.float32)


def test_the_most_relevant_pixel_comes_first() -> None:
    assert relevance_order(WEIGHTS.astype(np.float64), seed=0).tolist() == [0, 3, 2, 1]


def test_pixels_of_equal_relevance_come_in_random_order_that_a_seed_fixes() -> None:
    flat = np.zeros((20, 20))
    assert relevance_order(flat, 1).tolist() == relevance_order(flat, 1).tolist()
    assert relevance_order(flat, 1).tolist() != list(range(400))


def test_deletion_and_insertion_of_a_linear_network_by_hand() -> None:
    order = relevance_order(WEIGHTS.astype(np.float64), seed=0)
    # 4 + 3 + 2 + 1, and less the weight of each pixel as it goes.
    deletion = curve_values(value, PICTURE, NOTHING, order, steps=4)
    insertion = curve_values(value, NOTHING, PICTURE, order, steps=4)
    assert deletion == pytest.approx((10, 6, 3, 1, 0))
    assert insertion == pytest.approx((0, 4, 7, 9, 10))
    assert area(deletion) == pytest.approx((5 + 6 + 3 + 1 + 0) / 4)
    assert area(insertion) == pytest.approx((0 + 4 + 7 + 9 + 5) / 4)


def test_with_fewer_steps_several_pixels_go_at_once() -> None:
    order = relevance_order(WEIGHTS.astype(np.float64), seed=0)
    assert curve_values(value, PICTURE, NOTHING, order, steps=2) == pytest.approx((10, 3, 0))


def test_the_pictures_themselves_stay_as_they_are() -> None:
    curve_values(value, PICTURE, NOTHING, np.arange(4), steps=4)
    assert (PICTURE == 1).all()
    assert (NOTHING == 0).all()


def test_random_orders_have_every_pixel_once_and_differ_by_number_only() -> None:
    first, again, other = (random_order(50, 3, number) for number in (0, 0, 1))
    assert sorted(first.tolist()) == list(range(50))
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_the_areas_of_random_maps_are_those_of_random_orders() -> None:
    rng = np.random.default_rng(5)
    weights = rng.random((40, 40)).astype(np.float32)

    def counted(pictures: np.ndarray) -> np.ndarray:
        return np.asarray((pictures.mean(axis=-1) * weights).sum(axis=(1, 2)) / weights.sum(), np.float32)

    picture, nothing = np.ones((40, 40, 3), np.float32), np.zeros((40, 40, 3), np.float32)
    noise = relevance_order(rng.normal(size=(40, 40)), seed=0)
    for ends in ((picture, nothing), (nothing, picture)):
        random = [curve_values(counted, *ends, random_order(1600, 0, number)) for number in range(3)]
        found = curve("zero", curve_values(counted, *ends, noise), random)
        assert found.area == pytest.approx(0.5, abs=0.02)
        assert found.random_areas == pytest.approx([0.5] * 3, abs=0.02)
        assert len(found.fractions) == len(found.values) == len(found.random_values) == 21
