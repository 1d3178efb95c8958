"""Relevance to colours. Every colour map on offer ranks by lightness too, so colour-blind people can read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import cmap
import numpy as np
from numpy.typing import NDArray

from domain.errors import HubError, Reason
from imaging.arrays import AnyFloats, Floats

DEFAULT_PERCENTILE = 99.0

_STEPS = 256
"""Steps of a colour table. Even, so that the value 0 of a diverging map has an entry of its own."""

_RED_BLUE = (
    *("#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0"),
    "#ffffff",
    *("#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f"),
)
"""ColorBrewer's RdBu with a pure white centre, as is custom for relevance: no evidence, no colour."""


class Kind(StrEnum):
    """What the values of a map say."""

    SEQUENTIAL = "sequential"
    """How much, from 0 to 1."""
    DIVERGING = "diverging"
    """How much for or against, from -1 to 1."""


@dataclass(frozen=True, eq=False)
class Colormap:
    """A colour map that is offered. `table` is uint8 (257, 3): RGB from the lowest value to the highest."""

    name: str
    kind: Kind
    table: NDArray[np.uint8]

    def colours(self, values: AnyFloats) -> NDArray[np.uint8]:
        """The colour of each value.

        Args:
            values: any shape, as `normalised` makes them: 0..1 if sequential, -1..1 if diverging.

        Returns:
            The same shape and an axis more, RGB.
        """
        positions = (values + 1) / 2 if self.kind is Kind.DIVERGING else values
        colours: NDArray[np.uint8] = self.table[np.rint(np.clip(positions, 0, 1) * _STEPS).astype(np.intp)]
        return colours


def _colormap(name: str, kind: Kind, source: str | tuple[str, ...]) -> Colormap:
    colours: AnyFloats = cmap.Colormap(source).lut(_STEPS + 1)[:, :3]
    table = np.rint(colours * 255).astype(np.uint8)
    table.flags.writeable = False
    return Colormap(name, kind, table)


COLORMAPS: Mapping[str, Colormap] = {
    colormap.name: colormap
    for colormap in (
        _colormap("inferno", Kind.SEQUENTIAL, "bids:inferno"),
        _colormap("viridis", Kind.SEQUENTIAL, "bids:viridis"),
        _colormap("magma", Kind.SEQUENTIAL, "bids:magma"),
        _colormap("cividis", Kind.SEQUENTIAL, "cividis:cividis"),
        _colormap("grey", Kind.SEQUENTIAL, "matlab:gray"),
        _colormap("red-blue", Kind.DIVERGING, _RED_BLUE),
        _colormap("orange-purple", Kind.DIVERGING, "colorbrewer:PuOr_r"),
        _colormap("vik", Kind.DIVERGING, "crameri:vik"),
    )
}
"""Every colour map by its name. Those with two colours name the positive one first."""

DEFAULTS: Mapping[Kind, Colormap] = {
    Kind.SEQUENTIAL: COLORMAPS["inferno"],
    Kind.DIVERGING: COLORMAPS["red-blue"],
}


def named(name: str) -> Colormap:
    """A colour map by name.

    Raises:
        HubError: `ARGUMENT_INVALID` for an unknown name.
    """
    if name not in COLORMAPS:
        raise HubError(
            Reason.ARGUMENT_INVALID,
            f"There is no colour map called {name!r}.",
            f"Use one of {', '.join(COLORMAPS)}.",
        )
    return COLORMAPS[name]


def normalised(values: AnyFloats, kind: Kind, *, percentile: float = DEFAULT_PERCENTILE) -> Floats:
    """A map in the range of the colour maps of a kind; 0 stays 0.

    The given percentile of the magnitudes becomes 1, and what lies above is clipped, so that a few extreme
    pixels do not make all others invisible. Where so many values are 0 that the percentile is 0 too, the
    greatest magnitude takes its place.

    Args:
        values: (height, width), in any unit. A value that is no finite number counts as 0.
        kind: diverging gives -1..1, symmetric about 0; sequential gives 0..1, where negative values become 0.
        percentile: above 50, up to 100 (nothing is clipped).

    Returns:
        (height, width). A map that is the same everywhere points nowhere, so it becomes 0 everywhere.

    Raises:
        HubError: `ARGUMENT_INVALID` for a percentile out of range.
    """
    if not 50 < percentile <= 100:
        raise HubError(
            Reason.ARGUMENT_INVALID,
            f"The clipping percentile is {percentile}.",
            "Give one above 50 and up to 100; 99 suits most maps.",
        )
    finite = np.where(np.isfinite(values), values, 0.0).astype(np.float64)
    if finite.size == 0 or finite.min() == finite.max():
        return np.zeros(finite.shape, np.float32)
    magnitudes = np.abs(finite)
    limit = float(np.percentile(magnitudes, percentile)) or float(magnitudes.max())
    lowest = -limit if kind is Kind.DIVERGING else 0.0
    # Clipping before dividing keeps every quotient within range, however small the limit is.
    return (np.clip(finite, lowest, limit) / limit).astype(np.float32)
