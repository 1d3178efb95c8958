"""What a network saw is found again in the picture, whatever was done to fit it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from imaging.geometry import Geometry, scaled

SIDES = st.integers(1, 60)


@st.composite
def geometries(draw: st.DrawFn) -> Geometry:
    width, height = draw(SIDES), draw(SIDES)
    left, right = draw(st.floats(-20, width - 1)), draw(st.floats(0.5, 80))
    top, bottom = draw(st.floats(-20, height - 1)), draw(st.floats(0.5, 80))
    return Geometry(picture_size=(width, height), box=(left, top, left + right, top + bottom))


@given(geometries())
def test_a_geometry_survives_json(geometry: Geometry) -> None:
    assert Geometry.model_validate_json(geometry.model_dump_json()) == geometry


@given(geometries(), SIDES, SIDES, SIDES, SIDES)
def test_a_constant_map_is_constant_inside_the_box_and_nan_outside(
    geometry: Geometry, rows: int, columns: int, width: int, height: int
) -> None:
    placed = geometry.place(np.full((rows, columns), 3.0, np.float32), (width, height))
    assert placed.shape == (height, width)
    left, top, right, bottom = geometry.box
    across = (np.arange(width) + 0.5) * (geometry.picture_size[0] / width)
    down = (np.arange(height) + 0.5) * (geometry.picture_size[1] / height)
    inside = np.outer((down >= top) & (down <= bottom), (across >= left) & (across <= right))
    np.testing.assert_array_equal(~np.isnan(placed), inside)
    np.testing.assert_allclose(placed[inside], 3.0, rtol=1e-5)


@given(geometries(), st.integers(3, 40), st.integers(3, 40), SIDES, SIDES)
def test_every_cell_lands_where_it_came_from(
    geometry: Geometry, rows: int, columns: int, width: int, height: int
) -> None:
    """A map that holds each cell's own place in the picture must give each pixel its own place."""
    left, _, right, _ = geometry.box
    cell = (right - left) / columns
    places = left + (np.arange(columns, dtype=np.float32) + 0.5) * cell
    placed = geometry.place(np.tile(places, (rows, 1)), (width, height))
    pixel = geometry.picture_size[0] / width
    own = np.tile((np.arange(width) + 0.5) * pixel, (height, 1))
    # At the edge of the box, half a cell (or what a pixel covers) has no neighbour to interpolate with.
    margin = max(cell, pixel)
    known = ~np.isnan(placed) & (own > left + margin) & (own < right - margin)
    # Interpolation is exact; the average over what a large pixel covers is off by a small part of a cell.
    tolerance = 1e-3 if cell >= pixel else 0.15 * cell
    np.testing.assert_allclose(placed[known], own[known], rtol=0, atol=tolerance)


def test_a_map_on_its_own_grid_is_not_changed() -> None:
    values = np.random.default_rng(1).normal(size=(7, 5)).astype(np.float32)
    geometry = Geometry(picture_size=(5, 7), box=(0, 0, 5, 7))
    np.testing.assert_allclose(geometry.place(values), values, rtol=1e-6)


def test_rows_stay_rows() -> None:
    values = np.array([[1.0, 1.0], [2.0, 2.0]], np.float32)
    placed = Geometry(picture_size=(4, 4), box=(0, 0, 4, 4)).place(values)
    assert placed[0].tolist() == [1, 1, 1, 1]
    assert placed[:, 0].tolist() == pytest.approx([1, 1.25, 1.75, 2])


def test_a_fine_map_on_a_small_picture_is_averaged_and_not_sampled() -> None:
    stripes = np.tile(np.array([0, 1], np.float32), (64, 32))
    placed = Geometry(picture_size=(64, 64), box=(0, 0, 64, 64)).place(stripes, (7, 7))
    np.testing.assert_allclose(placed[:, 1:-1], 0.5, atol=0.05)


@pytest.mark.parametrize("box", [(3, 0, 3, 5), (0, 5, 5, 4), (0, 0, float("nan"), 5), (0, 0, float("inf"), 5)])
def test_a_box_without_area_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValidationError):
        Geometry(picture_size=(5, 5), box=box)


@given(SIDES, SIDES, st.integers(1, 500))
def test_scaling_gives_the_longest_side_and_never_an_empty_picture(width: int, height: int, longest: int) -> None:
    size = scaled((width, height), longest)
    assert max(size) == longest
    assert min(size) >= 1
    assert abs(size[0] * height - size[1] * width) <= max(width, height)
