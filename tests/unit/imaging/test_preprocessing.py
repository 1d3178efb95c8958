"""Pictures become network inputs as specified, and the geometry says where those lie."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from domain.errors import HubError, Reason
from domain.preprocessing import PRESETS, ChannelOrder, Interpolation, Preprocessing, Resize
from imaging.preprocessing import fit, prepare

SIDES = st.one_of(st.integers(1, 7), st.integers(8, 90))
SPECS = st.builds(
    Preprocessing,
    resize=st.sampled_from(Resize),
    crop_fraction=st.floats(0.1, 1),
    interpolation=st.sampled_from(Interpolation),
)
STRETCH = Preprocessing(resize=Resize.STRETCH)


def coloured(colour: tuple[int, int, int], size: tuple[int, int] = (20, 20)) -> Image.Image:
    return Image.new("RGB", size, colour)


@given(SIDES, SIDES, SPECS, SIDES, SIDES)
def test_any_picture_fits_any_network(width: int, height: int, spec: Preprocessing, columns: int, rows: int) -> None:
    prepared = prepare(coloured((200, 200, 200), (width, height)), spec, (rows, columns, 3))
    assert prepared.input.shape == (rows, columns, 3)
    assert prepared.input.dtype == np.float32
    assert prepared.input.flags.c_contiguous
    assert prepared.geometry.picture_size == (width, height)
    left, top, right, bottom = prepared.geometry.box
    if spec.resize is Resize.PAD:
        assert left <= 0
        assert top <= 0
        assert right >= width
        assert bottom >= height
    else:
        assert (prepared.input == 200).all()
        assert left >= 0
        assert top >= 0
        assert right <= width
        assert bottom <= height


@given(SIDES, SIDES, st.floats(0.1, 1), SIDES, SIDES)
def test_a_crop_keeps_the_aspect_ratio_the_centre_and_the_fraction(
    width: int, height: int, fraction: float, columns: int, rows: int
) -> None:
    spec = Preprocessing(crop_fraction=fraction)
    left, top, right, bottom = fit(coloured((0, 0, 0), (width, height)), spec, (columns, rows))[1].box
    assert (right - left) / columns == pytest.approx((bottom - top) / rows)
    assert (left + right) / 2 == pytest.approx(width / 2)
    assert (top + bottom) / 2 == pytest.approx(height / 2)
    assert max((right - left) / width, (bottom - top) / height) == pytest.approx(fraction)


def test_a_crop_of_everything_is_not_thrown_over_the_edge_by_rounding() -> None:
    assert 3 / 187 * 187 > 3
    assert fit(coloured((0, 0, 0), (3, 3)), Preprocessing(crop_fraction=1), (187, 187))[1].box == (0, 0, 3, 3)


def test_the_default_crop_is_the_usual_one_of_imagenet() -> None:
    geometry = fit(coloured((0, 0, 0), (512, 256)), Preprocessing(), (224, 224))[1]
    assert geometry.box == (144, 16, 368, 240)


def test_a_crop_equals_scaling_the_short_side_and_cutting_the_centre() -> None:
    noise = np.random.default_rng(2).integers(0, 256, (64, 128, 3), np.uint8)
    picture = Image.fromarray(noise)
    seen, _ = fit(picture, Preprocessing(), (28, 28))
    usual = picture.resize((64, 32), Image.Resampling.BICUBIC).crop((18, 2, 46, 30))
    assert np.abs(np.asarray(seen, np.int32) - np.asarray(usual, np.int32)).max() <= 1


def test_padding_is_black_and_the_picture_is_whole() -> None:
    seen, geometry = fit(coloured((255, 255, 255), (40, 20)), Preprocessing(resize=Resize.PAD), (10, 10))
    values = np.asarray(seen)[:, :, 0]
    assert geometry.box == (0, -8, 40, 32)
    assert not values[:2].any()
    assert (values[2:7] == 255).all()
    assert not values[7:].any()


def test_stretching_covers_the_whole_picture() -> None:
    assert fit(coloured((0, 0, 0), (31, 7)), STRETCH, (5, 9))[1].box == (0, 0, 31, 7)


def test_bgr_turns_the_channels_and_takes_mean_and_scale_in_that_order() -> None:
    spec = Preprocessing(channel_order=ChannelOrder.BGR, mean=(1, 2, 3), scale=(1, 2, 4))
    prepared = prepare(coloured((203, 102, 51)), spec, (4, 4, 3))
    assert prepared.input[0, 0].tolist() == [50, 50, 50]


def test_grey_networks_read_one_channel_of_luminance() -> None:
    spec = Preprocessing(channel_order=ChannelOrder.GREY, mean=(0,), scale=(255,))
    prepared = prepare(coloured((0, 255, 0)), spec, (3, 5, 1))
    assert prepared.input.shape == (3, 5, 1)
    assert prepared.input[0, 0, 0] == pytest.approx(0.587, abs=0.002)


def test_the_preset_tf_reaches_from_minus_one_to_one() -> None:
    assert prepare(coloured((0, 0, 0)), PRESETS["tf"], (4, 4, 3)).input.min() == -1
    assert prepare(coloured((255, 255, 255)), PRESETS["tf"], (4, 4, 3)).input.max() == 1


def test_shrinking_averages_instead_of_dropping_pixels() -> None:
    stripes = Image.fromarray(np.tile(np.array([0, 255], np.uint8), (64, 32))).convert("RGB")
    for interpolation in (Interpolation.BILINEAR, Interpolation.BICUBIC):
        spec = Preprocessing(resize=Resize.STRETCH, interpolation=interpolation)
        values = prepare(stripes, spec, (8, 8, 3)).input
        assert np.abs(values[:, 1:-1] - 127.5).max() < 10


def test_nearest_invents_no_colour() -> None:
    two = Image.new("RGB", (2, 1))
    two.putpixel((1, 0), (250, 250, 250))
    spec = Preprocessing(resize=Resize.STRETCH, interpolation=Interpolation.NEAREST)
    assert set(np.unique(prepare(two, spec, (5, 9, 3)).input)) == {0, 250}


@pytest.mark.parametrize(("order", "channels"), [(ChannelOrder.RGB, 1), (ChannelOrder.GREY, 3)])
def test_a_network_with_other_channels_than_specified_is_refused(order: ChannelOrder, channels: int) -> None:
    count = 1 if order is ChannelOrder.GREY else 3
    spec = Preprocessing(channel_order=order, mean=(0,) * count, scale=(1,) * count)
    with pytest.raises(HubError) as caught:
        prepare(coloured((0, 0, 0)), spec, (4, 4, channels))
    assert caught.value.reason is Reason.ARGUMENT_INVALID


@given(
    st.integers(20, 150),
    st.integers(20, 150),
    st.sampled_from(Resize),
    st.tuples(st.integers(40, 70), st.integers(40, 70)),
    st.floats(0.25, 0.75),
    st.floats(0.25, 0.75),
)
def test_a_spot_seen_by_the_network_is_placed_back_on_the_spot(
    width: int, height: int, resize: Resize, size: tuple[int, int], across: float, down: float
) -> None:
    """There and back: a bright square in the picture, through the network's eyes, onto the picture again."""
    picture = Image.new("RGB", (width, height))
    # Near the centre of what any crop shows, whatever the shapes: within the middle half of the shorter side.
    side = min(width, height)
    centre_x = width / 2 + (across - 0.5) * side * 0.3
    centre_y = height / 2 + (down - 0.5) * side * 0.3
    half = max(1, side // 12)
    box = (
        round(centre_x) - half,
        round(centre_y) - half,
        round(centre_x) + half,
        round(centre_y) + half,
    )
    picture.paste((255, 255, 255), box)
    spec = Preprocessing(resize=resize, interpolation=Interpolation.BILINEAR)
    prepared = prepare(picture, spec, (size[1], size[0], 3))
    placed = np.nan_to_num(prepared.geometry.place(prepared.input[:, :, 0]))
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    assert (placed * columns).sum() / placed.sum() == pytest.approx(round(centre_x), abs=0.5)
    assert (placed * rows).sum() / placed.sum() == pytest.approx(round(centre_y), abs=0.5)
