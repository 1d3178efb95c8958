"""Windows that slide over a picture, and how a value for each of them becomes a map."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from explainer.engine import FloatArray


@dataclass(frozen=True)
class Windows:
    """Windows of one size at equal distances; the last ones end with the picture, so that every place is in one.

    Attributes:
        shape: (height, width) of the pictures.
        window: the side of a window; where a picture is shorter, a window has its whole length.
        stride: from one window to the next; at most the length of a window, so that no place is left out.
    """

    shape: tuple[int, int]
    window: int
    stride: int

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of a window."""
        return min(self.window, self.shape[0]), min(self.window, self.shape[1])

    @cached_property
    def corners(self) -> npt.NDArray[np.int64]:
        """The upper left corners (count, 2), row by row."""
        tops, lefts = self._begins(0), self._begins(1)
        return np.stack(np.meshgrid(tops, lefts, indexing="ij"), axis=-1).reshape(-1, 2)

    def area(self, number: int) -> tuple[slice, slice]:
        """The rows and columns of a window."""
        top, left = self.corners[number]
        return slice(top, top + self.size[0]), slice(left, left + self.size[1])

    def averaged(self, values: npt.ArrayLike) -> FloatArray:
        """A map (batch, height, width): at each place the mean over its windows, for values (batch, count)."""
        tops, lefts = self._begins(0), self._begins(1)
        rows = _within(tops, self.size[0], self.shape[0]).astype(np.float64)
        columns = _within(lefts, self.size[1], self.shape[1]).astype(np.float64)
        sums = rows.T @ np.reshape(values, (-1, len(tops), len(lefts))) @ columns
        return np.asarray(sums / np.outer(rows.sum(axis=0), columns.sum(axis=0)), np.float32)

    def _begins(self, axis: int) -> npt.NDArray[np.int64]:
        last = self.shape[axis] - self.size[axis]
        stride = min(self.stride, self.size[axis])
        return np.append(np.arange(0, last, stride, dtype=np.int64), last)


def _within(begins: npt.NDArray[np.int64], size: int, length: int) -> npt.NDArray[np.bool_]:
    """Whether the places of one side (count, length) are in the intervals that begin somewhere and have one size."""
    places = np.arange(length)
    return np.asarray((places >= begins[:, None]) & (places < begins[:, None] + size))
