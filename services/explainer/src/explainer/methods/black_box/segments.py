"""Segments: the parts of a picture that are covered together, and how a value for each of them becomes relevance."""

from enum import StrEnum
from math import isqrt

import numpy as np
import numpy.typing as npt
from skimage.segmentation import slic

from explainer.engine import FloatArray
from explainer.surroundings import InputRange

IntArray = npt.NDArray[np.int64]
DoubleArray = npt.NDArray[np.float64]
_LUMINANCE_CHANNELS = 3


class Segmentation(StrEnum):
    """How a picture is cut."""

    SUPERPIXELS = "superpixels"
    """Along the edges in the picture (Achanta et al. 2012, SLIC)."""
    GRID = "grid"
    """Into cells of one size, whatever the picture shows."""


def segmented(picture: FloatArray, input_range: InputRange, segmentation: Segmentation, wanted: int) -> IntArray:
    """The segment of each place (height, width), numbered from 0 without gaps.

    Args:
        picture: (height, width, channels) as the network reads it.
        input_range: what it reads for black and white.
        segmentation: how the picture is cut.
        wanted: into about how many segments; a grid has at most so many.
    """
    height, width = picture.shape[:2]
    if segmentation is Segmentation.GRID:
        across = isqrt(wanted)
        rows, columns = min(across, height), min(across, width)
        down = np.arange(height, dtype=np.int64) * rows // height
        cells: IntArray = down[:, None] * columns + np.arange(width, dtype=np.int64) * columns // width
        return cells
    # Smoothed a little and kept compact: the fragments of a noisy picture would otherwise all be merged into one.
    found = slic(_shown(picture, input_range), n_segments=wanted, compactness=20.0, sigma=1.0, start_label=0)
    numbers: IntArray = np.unique(found, return_inverse=True)[1].reshape(height, width)
    return numbers


def shared_out(values: DoubleArray, segments: IntArray, channels: int) -> FloatArray:
    """Relevance (height, width, channels): the value of each segment, in equal shares for all numbers within it."""
    sizes = np.bincount(segments.ravel(), minlength=len(values))
    shares = (values / (sizes * channels))[segments]
    return np.repeat(shares[..., None], channels, axis=-1).astype(np.float32)


def _shown(picture: FloatArray, input_range: InputRange) -> FloatArray:
    """A picture with three channels in [0, 1], as superpixels need it: distances are those between colours."""
    shown = np.clip((picture - input_range.black) / (input_range.white - input_range.black), 0.0, 1.0)
    if shown.shape[-1] != _LUMINANCE_CHANNELS:
        shown = np.repeat(shown.mean(axis=-1, keepdims=True), _LUMINANCE_CHANNELS, axis=-1)
    return np.asarray(shown, np.float32)
