"""Files from strangers become upright RGB pictures, or errors that say why not."""

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from domain.errors import HubError, Reason
from imaging.decode import ImageFormat, decode, image_format

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def saved(picture: Image.Image, name: str, **options: Any) -> bytes:
    file = BytesIO()
    picture.save(file, name, **options)
    return file.getvalue()


def gradient(width: int = 40, height: int = 30) -> Image.Image:
    rows, columns = np.mgrid[0:height, 0:width]
    channels = (rows * 255 // height, columns * 255 // width, np.full_like(rows, 90))
    return Image.fromarray(np.stack(channels, axis=-1).astype(np.uint8))


def reason_of(data: bytes, **options: Any) -> HubError:
    with pytest.raises(HubError) as caught:
        decode(data, **options)
    assert caught.value.reason is Reason.IMAGE_BROKEN
    assert caught.value.advice
    return caught.value


@pytest.mark.parametrize("name", list(ImageFormat))
def test_every_offered_format_is_read_and_recognised(name: ImageFormat) -> None:
    options = {ImageFormat.WEBP: {"lossless": True}}.get(name, {})
    data = saved(gradient(), name.name, **options)
    picture = decode(data)
    assert picture.mode == "RGB"
    difference = np.abs(np.asarray(picture, np.int32) - np.asarray(gradient(), np.int32))
    assert difference.mean() < (8 if name in (ImageFormat.JPEG, ImageFormat.GIF) else 1e-9)
    assert image_format(data) is name


def test_the_media_type_is_the_one_browsers_know() -> None:
    assert ImageFormat.JPEG.media_type == "image/jpeg"
    assert ImageFormat.WEBP.media_type == "image/webp"


@pytest.mark.parametrize("name", ["PNG", "TIFF"])
def test_16_bit_grey_is_scaled_and_not_clipped(name: str) -> None:
    values = np.array([[0, 257, 32896, 65535]], dtype=np.uint16)
    picture = decode(saved(Image.fromarray(values), name))
    assert np.asarray(picture)[0, :, 0].tolist() == [0, 1, 128, 255]


def test_big_endian_16_bit_grey_is_scaled_too() -> None:
    picture = Image.frombytes("I;16B", (2, 1), struct.pack(">HH", 65535, 25700))
    assert np.asarray(decode(saved(picture, "TIFF")))[0, :, 0].tolist() == [255, 100]


@pytest.mark.parametrize("dtype", [np.int32, np.float32])
def test_samples_of_32_bit_are_refused_because_their_range_is_unknown(dtype: type) -> None:
    assert "32 bit" in str(reason_of(saved(Image.fromarray(np.zeros((3, 3), dtype)), "TIFF")))


def test_a_palette_with_transparency_is_laid_over_white() -> None:
    picture = Image.new("P", (2, 1))
    picture.putpalette([*RED, *BLUE])
    picture.putpixel((1, 0), 1)
    decoded = decode(saved(picture, "PNG", transparency=1))
    assert [decoded.getpixel((column, 0)) for column in range(2)] == [RED, WHITE]


def test_half_transparent_colours_are_mixed_with_white() -> None:
    assert decode(saved(Image.new("RGBA", (1, 1), (0, 0, 0, 127)), "PNG")).getpixel((0, 0)) == (128, 128, 128)


def test_grey_with_transparency_is_laid_over_white() -> None:
    assert decode(saved(Image.new("LA", (1, 1), (0, 0)), "PNG")).getpixel((0, 0)) == WHITE


@pytest.mark.parametrize("mode", ["1", "L"])
def test_grey_becomes_rgb(mode: str) -> None:
    assert decode(saved(Image.new(mode, (1, 1), 255), "PNG")).getpixel((0, 0)) == WHITE


def test_cmyk_jpeg_becomes_rgb() -> None:
    data = saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=95)
    red, green, blue = np.asarray(decode(data)).mean(axis=(0, 1))
    assert red > 250
    assert green < 5
    assert blue < 5


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in (GREEN, RED, BLUE)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert decode(data).getpixel((0, 0)) == GREEN


def test_a_phone_picture_with_a_second_one_inside_counts_as_jpeg() -> None:
    data = saved(gradient(), "MPO", save_all=True, append_images=[gradient(8, 8)])
    assert image_format(data) is ImageFormat.JPEG
    assert decode(data).size == (40, 30)


# Where the camera's top left corner ends up when the picture is shown upright, from the EXIF standard.
CORNERS = {
    1: "top left",
    2: "top right",
    3: "bottom right",
    4: "bottom left",
    5: "top left",
    6: "top right",
    7: "bottom right",
    8: "bottom left",
}


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied_once(name: str, orientation: int) -> None:
    stored = Image.new("RGB", (48, 32))
    stored.paste(WHITE, (0, 0, 16, 16))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    picture = decode(saved(stored, name, exif=exif))
    assert picture.size == ((48, 32) if orientation < 5 else (32, 48))
    right, bottom = picture.width - 4, picture.height - 4
    corners = {
        "top left": (4, 4),
        "top right": (right, 4),
        "bottom left": (4, bottom),
        "bottom right": (right, bottom),
    }
    values = np.asarray(picture.convert("L"))
    bright = [corner for corner, (column, row) in corners.items() if values[row, column] > 200]
    assert bright == [CORNERS[orientation]]


def test_metadata_does_not_reach_what_is_made_of_the_picture() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Artist] = "someone"
    picture = decode(saved(gradient(), "JPEG", exif=exif))
    assert b"someone" not in saved(picture, "JPEG") + saved(picture, "PNG")
    assert not picture.getexif()


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_damaged_metadata_leave_the_picture_upright() -> None:
    assert decode(saved(gradient(), "JPEG", exif=b"Exif\0\0MM\0\x2a\xff\xff\xff\xff")).size == (40, 30)
    assert decode(saved(gradient(), "JPEG", exif=b"Exif\0\0nonsense")).size == (40, 30)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF"])
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.9])
def test_a_truncated_file_is_an_error_and_no_half_picture(name: str, kept: float) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 60, 3), np.uint8))
    data = saved(noise, name)
    reason_of(data[: int(len(data) * kept)])


@pytest.mark.parametrize("data", [b"", b"no picture at all", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_a_file_that_is_no_picture_is_refused_with_the_formats_that_are_read(data: bytes) -> None:
    assert "JPEG" in str(reason_of(data))
    with pytest.raises(HubError):
        image_format(data)


@pytest.mark.parametrize("name", ["ICO", "PPM", "TGA", "EPS", "PCX"])
def test_formats_that_are_not_offered_are_refused(name: str) -> None:
    reason_of(saved(Image.new("RGB", (16, 16)), name))


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [10_001, 60_000])
def test_a_bomb_is_refused_by_its_header(side: int) -> None:
    assert "pixels" in str(reason_of(png_header(side, side)))


def test_the_limit_on_pixels_is_exact_and_names_the_size() -> None:
    data = saved(gradient(40, 30), "PNG")
    assert decode(data, max_pixels=1200).size == (40, 30)
    assert "40 × 30" in str(reason_of(data, max_pixels=1199))


@given(
    st.sampled_from(["JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF"]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_flipped_bytes_give_a_picture_or_a_reason_and_nothing_else(name: str, changes: list[tuple[float, int]]) -> None:
    data = bytearray(saved(gradient(8, 8), name))
    for place, value in changes:
        data[int(place * (len(data) - 1))] = value
    try:
        assert decode(bytes(data), max_pixels=1_000_000).mode == "RGB"
    except HubError as error:
        assert error.reason is Reason.IMAGE_BROKEN  # noqa: PT017 - either outcome is right
