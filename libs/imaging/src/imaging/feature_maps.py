"""The maps of units inside a network, side by side: what each of them answers where in the picture."""

from math import ceil, sqrt

import numpy as np
from PIL import Image

from domain.errors import HubError, Reason
from imaging.arrays import AnyFloats, Floats
from imaging.colormaps import DEFAULTS, Kind
from imaging.encode import png
from imaging.geometry import scaled

MOST_TILES = 64
LARGEST_SIZE = 512
DEFAULT_SIZE = 112

_GAP = 2
_BETWEEN = "white"


def grid(maps: AnyFloats, *, size: int = DEFAULT_SIZE) -> bytes:
    """A PNG of maps as tiles, row by row, in a grid about as wide as it is high.

    Each map is scaled to its own greatest magnitude, so that faint ones can be seen too; 0 stays 0. If any of them
    has negative values, all take the diverging colours, so that a colour means the same in every tile. The cells of
    a map stay sharp squares: their number is part of what there is to see.

    Args:
        maps: (count, height, width), 1..64 of them, in any unit. A value that is no finite number counts as 0.
        size: the longest side of a tile in pixels, 1..512.

    Raises:
        HubError: `ARGUMENT_INVALID` for too many tiles or a size out of range.
    """
    count, height, width = maps.shape
    if not 1 <= count <= MOST_TILES:
        raise HubError(Reason.ARGUMENT_INVALID, f"{count} maps are asked for.", f"Give 1 to {MOST_TILES}.")
    if not 1 <= size <= LARGEST_SIZE:
        raise HubError(Reason.ARGUMENT_INVALID, f"The size is {size} pixels.", f"Give one from 1 to {LARGEST_SIZE}.")
    values = _to_unit(maps)
    colours = DEFAULTS[Kind.DIVERGING if (values < 0).any() else Kind.SEQUENTIAL].colours(values)
    across, down = scaled((width, height), size)
    columns = ceil(sqrt(count))
    rows = ceil(count / columns)
    picture = Image.new("RGB", (columns * (across + _GAP) - _GAP, rows * (down + _GAP) - _GAP), _BETWEEN)
    for number, tile in enumerate(colours):
        row, column = divmod(number, columns)
        shown = Image.fromarray(tile).resize((across, down), Image.Resampling.NEAREST)
        picture.paste(shown, (column * (across + _GAP), row * (down + _GAP)))
    return png(picture)


def _to_unit(maps: AnyFloats) -> Floats:
    """Every map divided by its greatest magnitude: -1..1, and 0 where it is 0 everywhere."""
    finite = np.where(np.isfinite(maps), maps, 0.0).astype(np.float64)
    greatest = np.abs(finite).max(axis=(1, 2), keepdims=True)
    shares: Floats = np.divide(finite, greatest, out=np.zeros_like(finite), where=greatest > 0).astype(np.float32)
    return shares
