"""Maps are brought into range, and colours mean what they should."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from numpy.typing import NDArray

from domain.errors import HubError, Reason
from imaging.colormaps import COLORMAPS, DEFAULTS, Kind, named, normalised

MAPS = arrays_of.arrays(
    st.sampled_from([np.float32, np.float64]),
    arrays_of.array_shapes(min_dims=2, max_dims=2, max_side=6),
    elements=st.floats(width=32),
)


@given(MAPS, st.sampled_from(Kind), st.floats(50, 100, exclude_min=True))
def test_normalised_values_are_always_in_range(values: NDArray[Any], kind: Kind, percentile: float) -> None:
    result = normalised(values, kind, percentile=percentile)
    assert result.shape == values.shape
    assert result.dtype == np.float32
    assert np.isfinite(result).all()
    assert result.min() >= (-1 if kind is Kind.DIVERGING else 0)
    assert result.max() <= 1


@given(MAPS, st.floats(50, 100, exclude_min=True))
def test_a_diverging_map_keeps_signs_and_zero(values: NDArray[Any], percentile: float) -> None:
    result = normalised(values, Kind.DIVERGING, percentile=percentile)
    signs = np.sign(np.where(np.isfinite(values), values, 0))
    assert (np.sign(result) * signs >= 0).all()
    assert (result[signs == 0] == 0).all()


@given(MAPS)
def test_opposite_maps_get_opposite_values(values: NDArray[Any]) -> None:
    np.testing.assert_array_equal(normalised(-values, Kind.DIVERGING), -normalised(values, Kind.DIVERGING))


def test_the_percentile_of_the_magnitudes_becomes_one() -> None:
    values = np.arange(-100, 1, dtype=np.float32).reshape(1, -1)
    result = normalised(values, Kind.DIVERGING, percentile=90)
    assert result[0, 10] == -1
    assert result[0, 0] == -1
    assert result[0, 55] == pytest.approx(-0.5)


def test_percentile_100_clips_nothing() -> None:
    values = np.array([[1.0, 2.0, 4.0]])
    assert normalised(values, Kind.SEQUENTIAL, percentile=100).tolist() == [[0.25, 0.5, 1.0]]


def test_one_bright_pixel_among_zeros_stays_visible() -> None:
    values = np.zeros((100, 100))
    values[3, 4] = 1e-30
    result = normalised(values, Kind.SEQUENTIAL)
    assert result[3, 4] == 1
    assert result.sum() == 1


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("constant", [0.0, 7.0, -7.0, np.nan, np.inf])
def test_a_map_that_is_the_same_everywhere_becomes_zeros(kind: Kind, constant: float) -> None:
    assert not normalised(np.full((5, 4), constant), kind).any()


def test_a_sequential_map_shows_negative_values_as_none() -> None:
    assert normalised(np.array([[-4.0, 2.0]]), Kind.SEQUENTIAL, percentile=100).tolist() == [[0.0, 0.5]]


@pytest.mark.parametrize("percentile", [50.0, 0.0, 100.1, -1.0, float("nan")])
def test_a_percentile_out_of_range_is_refused(percentile: float) -> None:
    with pytest.raises(HubError) as caught:
        normalised(np.ones((2, 2)), Kind.SEQUENTIAL, percentile=percentile)
    assert caught.value.reason is Reason.ARGUMENT_INVALID


def test_positive_is_red_negative_is_blue_and_zero_is_white_by_default() -> None:
    negative, zero, positive = DEFAULTS[Kind.DIVERGING].colours(np.array([-0.7, 0.0, 0.7])).astype(int)
    assert zero.tolist() == [255, 255, 255]
    assert positive[0] > positive[2] + 60
    assert negative[2] > negative[0] + 60


@pytest.mark.parametrize("name", COLORMAPS)
def test_every_colour_map_ranks_by_lightness(name: str) -> None:
    colormap = COLORMAPS[name]
    lightness = colormap.table.astype(np.float64) @ (0.299, 0.587, 0.114)
    if colormap.kind is Kind.SEQUENTIAL:
        assert lightness[-1] - lightness[0] > 150
        assert (np.diff(lightness) > -2).all()
    else:
        assert lightness[128] - max(lightness[0], lightness[-1]) > 100
        assert 126 <= int(lightness.argmax()) <= 130


@pytest.mark.parametrize("kind", Kind)
def test_the_default_of_a_kind_is_of_that_kind(kind: Kind) -> None:
    assert DEFAULTS[kind].kind is kind


def test_an_unknown_colour_map_is_refused_with_those_there_are() -> None:
    assert named("viridis") is COLORMAPS["viridis"]
    with pytest.raises(HubError, match="inferno") as caught:
        named("jet")
    assert caught.value.reason is Reason.ARGUMENT_INVALID
