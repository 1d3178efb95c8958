"""Carries out `domain.preprocessing.Preprocessing`: picture to network input, and where that lies in it."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from domain.errors import HubError, Reason
from domain.preprocessing import ChannelOrder, Interpolation, Preprocessing, Resize
from imaging.arrays import Floats
from imaging.geometry import Geometry, Size

_RESAMPLING = {
    Interpolation.NEAREST: Image.Resampling.NEAREST,
    Interpolation.BILINEAR: Image.Resampling.BILINEAR,
    Interpolation.BICUBIC: Image.Resampling.BICUBIC,
}


@dataclass(frozen=True)
class Prepared:
    """What a network reads for a picture.

    `input` is float32 (height, width, channels) with the channels in the network's order.
    """

    input: Floats
    geometry: Geometry


def prepare(picture: Image.Image, spec: Preprocessing, input_shape: tuple[int, int, int]) -> Prepared:
    """The input of a network for a picture.

    Args:
        picture: mode RGB, of any size.
        spec: what the network wants.
        input_shape: height, width and channels of the network's input.

    Raises:
        HubError: `ARGUMENT_INVALID` if the network has not as many channels as the specification.
    """
    height, width, channels = input_shape
    if channels != len(spec.mean):
        raise HubError(
            Reason.ARGUMENT_INVALID,
            f"The network reads {channels} channels, but {spec.channel_order} has {len(spec.mean)}.",
            "Give the model a preprocessing with the channel order it was trained with.",
        )
    seen, geometry = fit(picture, spec, (width, height))
    pixels = np.asarray(seen, dtype=np.float32).reshape(height, width, channels)
    if spec.channel_order is ChannelOrder.BGR:
        pixels = pixels[:, :, ::-1]
    mean, scale = np.asarray(spec.mean, np.float32), np.asarray(spec.scale, np.float32)
    return Prepared(np.ascontiguousarray((pixels - mean) / scale, dtype=np.float32), geometry)


def fit(picture: Image.Image, spec: Preprocessing, size: Size) -> tuple[Image.Image, Geometry]:
    """The picture as the network sees it, before its numbers are scaled, and which part of the original that
    is.

    Args:
        picture: mode RGB, of any size.
        spec: says how to resize, and whether in grey.
        size: width and height of the network's input.

    Returns:
        A picture of that size, in mode L for a network that reads grey and RGB for every other.
    """
    if spec.channel_order is ChannelOrder.GREY:
        picture = picture.convert("L")
    resampling = _RESAMPLING[spec.interpolation]
    match spec.resize:
        case Resize.PAD:
            return _padded(picture, size, resampling)
        case Resize.CROP:
            geometry = _cropped(picture.size, size, spec.crop_fraction)
        case Resize.STRETCH:
            geometry = Geometry(picture_size=picture.size, box=(0, 0, *picture.size))
    # One step from the original to the input: no rounding of sizes between scaling and cutting shifts the
    # crop.
    return picture.resize(size, resampling, box=geometry.box), geometry


def _cropped(picture_size: Size, size: Size, fraction: float) -> Geometry:
    """The largest box of the input's shape that fits into the picture, shrunk to the fraction and centred."""
    width, height = picture_size
    unit = min(width / size[0], height / size[1]) * fraction  # pixels of the original in one of the input
    # The rounding error of the product must not reach over the edge, where Pillow refuses to read.
    across, down = min(unit * size[0], width), min(unit * size[1], height)
    left, top = (width - across) / 2, (height - down) / 2
    return Geometry(picture_size=picture_size, box=(left, top, left + across, top + down))


def _padded(picture: Image.Image, size: Size, resampling: Image.Resampling) -> tuple[Image.Image, Geometry]:
    """The whole picture on black, in whole pixels; the geometry follows from what their rounding gave."""
    factor = min(size[0] / picture.width, size[1] / picture.height)
    inner = max(1, round(picture.width * factor)), max(1, round(picture.height * factor))
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    canvas = Image.new(picture.mode, size)
    canvas.paste(picture.resize(inner, resampling), (left, top))
    # Multiplied first and divided last, so that a side without a border lies exactly on the picture's edge.
    box = (
        -left * picture.width / inner[0],
        -top * picture.height / inner[1],
        (size[0] - left) * picture.width / inner[0],
        (size[1] - top) * picture.height / inner[1],
    )
    return canvas, Geometry(picture_size=picture.size, box=box)
