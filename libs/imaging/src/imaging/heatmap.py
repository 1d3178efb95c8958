"""A heat map over the picture it explains.

The opacity of the overlay is the same everywhere, whatever the relevance: a reader can then compare colours
across the map, where an opacity that follows the relevance would mix two scales into one. The map is drawn on
the whole original picture, so that maps of networks with different crops line up. What the network did not
see fades into grey as far as the overlay covers the rest.
"""

import numpy as np
from PIL import Image

from domain.errors import HubError, Reason
from imaging.arrays import AnyFloats
from imaging.colormaps import DEFAULT_PERCENTILE, DEFAULTS, Colormap, Kind, named, normalised
from imaging.encode import png
from imaging.geometry import Geometry, scaled

LONGEST_SIDE = 4096
"""The largest heat map that is drawn, in pixels: enough for any screen, and a bound on memory."""

UNSEEN = (128, 128, 128)
"""The colour of what the network did not see."""


def render(
    picture: Image.Image,
    relevance: AnyFloats,
    geometry: Geometry,
    *,
    colormap: str | None = None,
    overlay: float = 0.6,
    percentile: float = DEFAULT_PERCENTILE,
    size: int | None = None,
) -> bytes:
    """A PNG of the map over the picture.

    Args:
        picture: the upright original, or a scaled version of it, in mode RGB.
        relevance: (height, width, channels) over the network's input, in any unit; channels are summed.
        geometry: where the network's input lies in the original.
        colormap: a name in `colormaps.COLORMAPS`. By default a diverging one if any pixel has negative
            relevance, else a sequential one; give one where several maps shall be compared. A sequential one
            shows negative relevance as none.
        overlay: 0 shows the picture alone, 1 the map alone.
        percentile: of the magnitudes, above which colours saturate; see `colormaps.normalised`.
        size: the longest side in pixels, 1..4096; by default the picture's own, at most 4096.

    Raises:
        HubError: `ARGUMENT_INVALID` for an argument out of range.
    """
    _check(relevance, overlay, size)
    shown_size = scaled(picture.size, size or min(LONGEST_SIDE, max(picture.size)))
    shown = picture.resize(shown_size, Image.Resampling.BICUBIC)
    summed = relevance.sum(axis=-1, dtype=np.float64)
    chosen = named(colormap) if colormap is not None else _default(summed)
    placed = geometry.place(normalised(summed, chosen.kind, percentile=percentile), shown_size)
    seen = ~np.isnan(placed)
    layer = np.full((*placed.shape, 3), UNSEEN, np.uint8)
    layer[seen] = chosen.colours(placed[seen])
    return png(Image.blend(shown, Image.fromarray(layer), overlay))


def _default(values: AnyFloats) -> Colormap:
    return DEFAULTS[Kind.DIVERGING if (values < 0).any() else Kind.SEQUENTIAL]


def _check(relevance: AnyFloats, overlay: float, size: int | None) -> None:
    if relevance.ndim != 3:
        raise HubError(
            Reason.ARGUMENT_INVALID,
            f"The relevance has shape {relevance.shape}.",
            "Give it as height, width and channels.",
        )
    if not 0 <= overlay <= 1:
        raise HubError(
            Reason.ARGUMENT_INVALID,
            f"The overlay strength is {overlay}.",
            "Give one from 0 (picture) to 1 (map).",
        )
    if size is not None and not 1 <= size <= LONGEST_SIDE:
        raise HubError(Reason.ARGUMENT_INVALID, f"The size is {size} pixels.", f"Give one from 1 to {LONGEST_SIDE}.")
