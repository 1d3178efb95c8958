"""Maps of units lie beside each other as tiles, each in its own scale."""

from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from domain.errors import HubError, Reason
from imaging.arrays import AnyFloats
from imaging.colormaps import COLORMAPS
from imaging.feature_maps import grid

INFERNO, RED_BLUE = COLORMAPS["inferno"].table, COLORMAPS["red-blue"].table
GAP = 2


def pixels(maps: AnyFloats, size: int) -> NDArray[np.uint8]:
    return np.asarray(Image.open(BytesIO(grid(maps, size=size)), formats=["PNG"]))


@pytest.mark.parametrize(
    ("count", "columns", "rows"), [(1, 1, 1), (2, 2, 1), (3, 2, 2), (5, 3, 2), (16, 4, 4), (64, 8, 8)]
)
def test_tiles_fill_a_grid_about_as_wide_as_high(count: int, columns: int, rows: int) -> None:
    shown = pixels(np.ones((count, 4, 4), np.float32), 10)
    assert shown.shape == (12 * rows - GAP, 12 * columns - GAP, 3)


def test_each_map_reaches_the_brightest_colour_at_its_own_maximum() -> None:
    maps = np.zeros((2, 2, 2), np.float32)
    maps[0, 0, 1], maps[1, 1, 0] = 1000, 0.001
    shown = pixels(maps, 4)
    assert (shown[:2, 2:4] == INFERNO[-1]).all()
    assert (shown[2:, 4 + GAP : 6 + GAP] == INFERNO[-1]).all()
    assert (shown[:2, :2] == INFERNO[0]).all()
    assert (shown[:, 4 : 4 + GAP] == 255).all()


def test_negative_values_in_one_map_give_all_maps_two_colours() -> None:
    maps = np.asarray([[[-2.0]], [[1.0]], [[0.0]]], np.float32)
    shown = pixels(maps, 1)
    assert (shown[0, 0] == RED_BLUE[0]).all()
    assert (shown[0, 1 + GAP] == RED_BLUE[-1]).all()
    assert (shown[1 + GAP, 0] == RED_BLUE[len(RED_BLUE) // 2]).all()


def test_cells_stay_squares_and_keep_their_aspect() -> None:
    shown = pixels(np.arange(8, dtype=np.float32).reshape(1, 2, 4), 40)
    assert shown.shape == (20, 40, 3)
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) == 8


def test_what_is_no_number_counts_as_nothing() -> None:
    shown = pixels(np.asarray([[[np.nan, np.inf, 1.0]]], np.float32), 3)
    assert [list(pixel) for pixel in shown[0]] == [list(INFERNO[0]), list(INFERNO[0]), list(INFERNO[-1])]


@pytest.mark.parametrize(("count", "size"), [(0, 10), (65, 10), (1, 0), (1, 513)])
def test_tiles_and_sizes_have_bounds(count: int, size: int) -> None:
    with pytest.raises(HubError) as caught:
        grid(np.ones((count, 2, 2), np.float32), size=size)
    assert caught.value.reason is Reason.ARGUMENT_INVALID
