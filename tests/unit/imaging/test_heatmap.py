"""Heat maps show the right colour at the right place, and thumbnails are small."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from domain.errors import HubError, Reason
from imaging.colormaps import COLORMAPS
from imaging.encode import png, thumbnail
from imaging.geometry import Geometry
from imaging.heatmap import UNSEEN, render

NOISE = Image.fromarray(np.random.default_rng(3).integers(0, 256, (24, 40, 3), np.uint8))
WHOLE = Geometry(picture_size=(40, 24), box=(0, 0, 40, 24))
CENTRE = Geometry(picture_size=(40, 24), box=(8, 0, 32, 24))


def pixels(data: bytes) -> NDArray[np.int32]:
    return np.asarray(Image.open(BytesIO(data), formats=["PNG"]).convert("RGB"), np.int32)


def signed(rows: int = 24, columns: int = 40, channels: int = 3) -> NDArray[np.float32]:
    """Positive in the left half, negative in the right one."""
    relevance = np.ones((rows, columns, channels), np.float32)
    relevance[:, columns // 2 :] = -1
    return relevance


@pytest.mark.parametrize("geometry", [WHOLE, CENTRE])
def test_overlay_0_gives_the_picture_back_exactly(geometry: Geometry) -> None:
    np.testing.assert_array_equal(pixels(render(NOISE, signed(), geometry, overlay=0)), np.asarray(NOISE, np.int32))


def test_overlay_1_has_nothing_of_the_picture_in_it() -> None:
    black = Image.new("RGB", (40, 24))
    assert render(NOISE, signed(), CENTRE, overlay=1) == render(black, signed(), CENTRE, overlay=1)


def test_positive_relevance_is_red_and_negative_is_blue() -> None:
    shown = pixels(render(NOISE, signed(), WHOLE, overlay=1))
    reddest, bluest = COLORMAPS["red-blue"].table[-1], COLORMAPS["red-blue"].table[0]
    assert (shown[:, :19] == reddest).all()
    assert (shown[:, 21:] == bluest).all()
    assert reddest[0] > reddest[2]
    assert bluest[2] > bluest[0]


def test_a_map_without_negative_relevance_is_sequential() -> None:
    relevance = np.zeros((24, 40, 1), np.float32)
    relevance[:, :20] = 1
    shown = pixels(render(NOISE, relevance, WHOLE, overlay=1))
    assert (shown[:, :19] == COLORMAPS["inferno"].table[-1]).all()
    assert (shown[:, 21:] == COLORMAPS["inferno"].table[0]).all()


def test_channels_are_summed_before_signs_are_looked_at() -> None:
    relevance = np.zeros((24, 40, 2), np.float32)
    relevance[:, :20] = (-1, 3)
    shown = pixels(render(NOISE, relevance, WHOLE, overlay=1))
    assert (shown[:, :19] == COLORMAPS["inferno"].table[-1]).all()
    assert (shown[:, 21:] == COLORMAPS["inferno"].table[0]).all()


def test_a_colour_map_can_be_chosen() -> None:
    shown = pixels(render(NOISE, signed(), WHOLE, overlay=1, colormap="viridis"))
    assert (shown[:, :19] == COLORMAPS["viridis"].table[-1]).all()
    assert (shown[:, 21:] == COLORMAPS["viridis"].table[0]).all()


@given(st.floats(0.05, 0.95))
@settings(max_examples=20, deadline=None)
def test_the_overlay_has_the_same_opacity_everywhere(overlay: float) -> None:
    alone = pixels(render(NOISE, signed(), CENTRE, overlay=1))
    mixed = pixels(render(NOISE, signed(), CENTRE, overlay=overlay))
    expected = np.asarray(NOISE, np.float64) * (1 - overlay) + alone * overlay
    assert np.abs(mixed - expected).max() < 1.01  # Pillow rounds down


def test_what_the_network_did_not_see_is_grey_or_dimmed() -> None:
    alone = pixels(render(NOISE, signed(), CENTRE, overlay=1))
    assert (alone[:, :8] == UNSEEN).all()
    assert (alone[:, 32:] == UNSEEN).all()
    assert not (alone[:, 8:32] == UNSEEN).all(axis=-1).any()
    mixed = pixels(render(NOISE, signed(), CENTRE, overlay=0.6))
    contrast, original = mixed[:, :8].std(), np.asarray(NOISE)[:, :8].std()
    assert contrast == pytest.approx(0.4 * original, rel=0.02)


def test_maps_of_different_crops_line_up() -> None:
    """A spot at (20, 12) of the picture, seen by two networks, is drawn on the same pixels."""
    peaks = []
    for geometry in (WHOLE, CENTRE):
        left, top, right, bottom = geometry.box
        relevance = np.zeros((48, 48, 1), np.float32)
        row, column = int((12 - top) / (bottom - top) * 48), int((20 - left) / (right - left) * 48)
        relevance[row - 2 : row + 2, column - 2 : column + 2] = 1
        shown = pixels(render(NOISE, relevance, geometry, overlay=1, colormap="grey", size=400))
        bright = np.argwhere(shown.min(axis=-1) > 200)
        peaks.append(bright.mean(axis=0))
    assert peaks[0] == pytest.approx([120, 200], abs=2)
    assert peaks[1] == pytest.approx([120, 200], abs=2)


def test_a_coarse_map_covers_the_whole_box() -> None:
    shown = pixels(render(NOISE, signed(2, 2, 1), WHOLE, overlay=1))
    assert (shown[:, 0] == COLORMAPS["red-blue"].table[-1]).all()
    assert (shown[:, -1] == COLORMAPS["red-blue"].table[0]).all()


@pytest.mark.parametrize("size", [1, 20, 333])
def test_size_is_the_longest_side(size: int) -> None:
    shown = pixels(render(NOISE, signed(), CENTRE, size=size))
    assert max(shown.shape[:2]) == size


def test_a_picture_that_was_scaled_before_gives_the_same_places() -> None:
    half = NOISE.resize((20, 12))
    shown = pixels(render(half, signed(), CENTRE, overlay=1))
    assert (shown[:, :4] == UNSEEN).all()
    assert not (shown[:, 4] == UNSEEN).all(axis=-1).any()


@pytest.mark.parametrize("value", [0.0, 5.0, float("nan")])
def test_a_map_that_says_nothing_is_drawn_without_failing(value: float) -> None:
    shown = pixels(render(NOISE, np.full((8, 8, 3), value, np.float32), WHOLE, overlay=1))
    assert (shown == COLORMAPS["inferno"].table[0]).all()


def test_the_percentile_decides_where_colours_saturate() -> None:
    relevance = np.linspace(0, 1, 40, dtype=np.float32)[None, :, None].repeat(24, axis=0)
    saturated = [
        int((pixels(render(NOISE, relevance, WHOLE, overlay=1, percentile=p))[0] == top).all(axis=-1).sum())
        for p in (100, 60)
        for top in [COLORMAPS["inferno"].table[-1]]
    ]
    assert saturated[0] <= 1
    assert saturated[1] >= 15


@pytest.mark.parametrize(
    "options",
    [
        {"overlay": -0.1},
        {"overlay": 1.1},
        {"overlay": float("nan")},
        {"percentile": 50.0},
        {"size": 0},
        {"size": 1_000_000},
        {"colormap": "jet"},
    ],
)
def test_arguments_out_of_range_are_refused(options: dict[str, float | int | str]) -> None:
    with pytest.raises(HubError) as caught:
        render(NOISE, signed(), WHOLE, **options)  # type: ignore[arg-type]
    assert caught.value.reason is Reason.ARGUMENT_INVALID


def test_relevance_without_channels_is_refused() -> None:
    with pytest.raises(HubError):
        render(NOISE, np.zeros((4, 4), np.float32), WHOLE)


def test_png_keeps_every_pixel() -> None:
    np.testing.assert_array_equal(pixels(png(NOISE)), np.asarray(NOISE, np.int32))


@pytest.mark.parametrize(("size", "expected"), [(20, (20, 12)), (1, (1, 1)), (500, (40, 24))])
def test_a_thumbnail_is_a_jpeg_that_is_never_enlarged(size: int, expected: tuple[int, int]) -> None:
    small = Image.open(BytesIO(thumbnail(NOISE, size)), formats=["JPEG"])
    assert small.size == expected


def test_a_thumbnail_looks_like_the_picture() -> None:
    plain = Image.new("RGB", (300, 200), (200, 40, 90))
    colour = np.asarray(Image.open(BytesIO(thumbnail(plain, 50)))).mean(axis=(0, 1))
    assert colour == pytest.approx([200, 40, 90], abs=4)
