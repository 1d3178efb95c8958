"""Where in a picture the input of a network lies, and the way back from the one to the other."""

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

from imaging.arrays import AnyFloats, Floats

Size = tuple[int, int]
Box = tuple[float, float, float, float]


def scaled(size: Size, longest_side: int) -> Size:
    """The size with the given longest side, and the same aspect ratio as near as whole pixels allow."""
    width, height = size
    factor = longest_side / max(size)
    return max(1, round(width * factor)), max(1, round(height * factor))


class Geometry(BaseModel):
    """Which part of a picture a network saw. Small: it is stored with every explanation, as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    picture_size: tuple[PositiveInt, PositiveInt] = Field(description="Width, height of the upright original.")
    box: Box = Field(
        description="Left, top, right and bottom of the network's input, in pixels of the original. "
        "Lies outside the picture where the input was padded."
    )

    @model_validator(mode="after")
    def _box_has_an_area(self) -> "Geometry":
        left, top, right, bottom = self.box
        if right <= left or bottom <= top:
            raise ValueError("box must have its right side right of the left one, and its bottom below its top")
        return self

    def place(self, values: AnyFloats, size: Size | None = None) -> Floats:
        """A map in the network's geometry, brought onto the picture.

        Interpolates bilinearly; where the map is finer than the picture, each pixel takes the mean of all
        that it covers, weighted by a triangle, so that no fine structure is lost between the pixels of a
        small picture.

        Args:
            values: (height, width) over the whole input of the network, in any resolution (a class activation
                map is coarser than the input), finite.
            size: of the picture as it will be shown, a scaled version of the original; the original's by
                default.

        Returns:
            (height, width) of that picture; NaN where the network did not see it.
        """
        width, height = size or self.picture_size
        left, top, right, bottom = self.box
        rows = _weights(values.shape[0], (top, bottom), self.picture_size[1], height)
        columns = _weights(values.shape[1], (left, right), self.picture_size[0], width)
        placed: Floats = rows @ values.astype(np.float32) @ columns.T
        return placed


def _weights(cells: int, span: tuple[float, float], length: int, pixels: int) -> Floats:
    """How much each cell of a map counts for each pixel, along one axis.

    Args:
        cells: of the map, which cover `span` evenly.
        span: where the map begins and ends, in pixels of the original.
        length: of the original, in its own pixels.
        pixels: of the picture as it is shown, which cover `length` evenly.

    Returns:
        (pixels, cells); each row sums to one, or is NaN if the centre of its pixel lies outside the span.
    """
    begin, end = span
    centres = (np.arange(pixels) + 0.5) * (length / pixels)
    cells_per_unit = cells / (end - begin)
    positions = (centres - begin) * cells_per_unit - 0.5
    reach = max(1.0, cells_per_unit * length / pixels)
    weights: AnyFloats = np.maximum(0.0, 1.0 - np.abs(positions[:, None] - np.arange(cells)) / reach)
    inside = (centres >= begin) & (centres <= end)
    weights[inside] /= weights[inside].sum(axis=1, keepdims=True)
    weights[~inside] = np.nan
    return weights.astype(np.float32)
