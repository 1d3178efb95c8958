"""The bytes of a picture file to a picture. The bytes come from strangers: every failure is a `HubError`."""

from enum import StrEnum
from io import BytesIO

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from domain.errors import HubError, Reason

MAX_PIXELS = 100_000_000
"""Pixels of the largest picture that is decoded unless told otherwise: about 400 MB while it is worked on."""


class ImageFormat(StrEnum):
    """The file formats that are read; no other parser of Pillow's ever sees a stranger's bytes."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    BMP = "bmp"
    TIFF = "tiff"

    @property
    def media_type(self) -> str:
        """The type under which the original bytes are served, such as `image/jpeg`."""
        return f"image/{self.value}"


_PILLOW_NAMES = tuple(image_format.name for image_format in ImageFormat)
_READABLE = f"{', '.join(_PILLOW_NAMES[:-1])} or {_PILLOW_NAMES[-1]}"
_SAVE_AGAIN = "Open it in a picture editor and save it again as PNG or JPEG."

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What sets a picture upright, by its EXIF orientation (1 is upright)."""


def decode(data: bytes, *, max_pixels: int = MAX_PIXELS) -> Image.Image:
    """The picture in a file: mode RGB, upright as its EXIF orientation says, without metadata.

    Transparency is laid over white, 16 bit grey is scaled to 8 bit, of an animation the first frame is taken.
    Colour profiles are ignored, as they were when the networks were trained.

    Args:
        data: the whole file.
        max_pixels: width times height above which the picture is refused, before a pixel of it is decoded.
            Pillow's own limit of about 179 million stands above it.

    Raises:
        HubError: `IMAGE_BROKEN` if the file is in no readable format, truncated, damaged or too large.
    """
    try:
        with _opened(data) as picture:
            _check_pixels(picture.size, max_pixels)
            picture.load()
            upright = _upright(_in_rgb(picture), _orientation(picture))
    except HubError:
        raise
    except Exception as problem:
        # Pillow's plugins answer damaged bytes with nearly any exception, from SyntaxError to struct.error.
        raise HubError(
            Reason.IMAGE_BROKEN, f"The picture is truncated or damaged: {_reason(problem)}.", _SAVE_AGAIN
        ) from problem
    # What is made of the picture must carry neither its GPS position nor an orientation already applied.
    upright.info = {}
    return upright


def image_format(data: bytes) -> ImageFormat:
    """The format of a file, by its content; reads no more than its head.

    Raises:
        HubError: `IMAGE_BROKEN` if it is in none of the readable formats.
    """
    with _opened(data) as picture:
        # A JPEG that carries a second picture (a phone's depth map or preview) is called MPO by Pillow.
        return ImageFormat.JPEG if picture.format == "MPO" else ImageFormat[str(picture.format)]


def _opened(data: bytes) -> Image.Image:
    try:
        return Image.open(BytesIO(data), formats=_PILLOW_NAMES)
    except UnidentifiedImageError as problem:
        raise HubError(
            Reason.IMAGE_BROKEN, f"The file is no readable picture in {_READABLE}.", _SAVE_AGAIN
        ) from problem
    except Image.DecompressionBombError as problem:
        raise HubError(
            Reason.IMAGE_BROKEN, f"The picture is too large: {_reason(problem)}.", "Scale it down."
        ) from problem
    except Exception as problem:
        raise HubError(
            Reason.IMAGE_BROKEN, f"The head of the picture is damaged: {_reason(problem)}.", _SAVE_AGAIN
        ) from problem


def _reason(problem: Exception) -> str:
    return str(problem).rstrip(".") or type(problem).__name__


def _check_pixels(size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if width * height > max_pixels:
        raise HubError(
            Reason.IMAGE_BROKEN,
            f"The picture has {width} × {height} pixels, more than the {max_pixels:,} that are read.",
            "Scale it down.",
        )


def _orientation(picture: Image.Image) -> int:
    """The EXIF orientation; upright where the metadata cannot be read, for they are not what is looked at."""
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        return 1


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _in_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16"):
        # Pillow's own conversion clips at 255, which leaves almost every such picture white.
        return Image.fromarray(np.rint(np.asarray(picture) / 257.0).astype(np.uint8)).convert("RGB")
    if picture.mode in ("I", "F"):
        raise HubError(
            Reason.IMAGE_BROKEN,
            "The picture has samples of 32 bit, and no rule says which of their values is white.",
            "Save it with 8 or 16 bit a channel.",
        )
    if picture.has_transparency_data:
        white = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(white, picture.convert("RGBA")).convert("RGB")
    return picture.convert("RGB")
