"""Baselines: pictures that show nothing, from which methods measure what a picture adds."""

from enum import StrEnum

import numpy as np

from explainer.engine import FloatArray
from explainer.surroundings import InputRange

_BLUR_SHARE = 0.1
"""The standard deviation of the blur as a share of the longer side, wide enough that no object can be told."""


class Baseline(StrEnum):
    """What stands for nothing."""

    ZERO = "zero"
    """Zero in all numbers that the network reads, whatever colour that is."""
    BLACK = "black"
    WHITE = "white"
    GREY = "grey"
    """Half-way between black and white."""
    MEAN = "mean"
    """The mean colour of the picture."""
    BLUR = "blur"
    """The picture itself, blurred."""
    UNIFORM = "uniform"
    """Noise between black and white."""


BASELINE_HELP = (
    "What stands for nothing: 'zero' in the numbers that the network reads, 'black', 'white', 'grey', the 'mean' "
    "colour "
    "of the picture, the picture under a 'blur', or 'uniform' noise."
)


def baseline_inputs(inputs: FloatArray, pixels: InputRange, baseline: Baseline, seed: int = 0) -> FloatArray:
    """The baseline of each input (batch, height, width, channels), in the same shape."""
    black, white = pixels.black, pixels.white
    match baseline:
        case Baseline.ZERO:
            return np.zeros_like(inputs)
        case Baseline.BLACK:
            return np.zeros_like(inputs) + black
        case Baseline.WHITE:
            return np.zeros_like(inputs) + white
        case Baseline.GREY:
            return np.zeros_like(inputs) + np.float32(0.5) * (black + white)
        case Baseline.MEAN:
            return np.broadcast_to(inputs.mean(axis=(1, 2), keepdims=True), inputs.shape).astype(np.float32)
        case Baseline.BLUR:
            return blurred(inputs)
        case Baseline.UNIFORM:
            # The same noise for each input, so that one alone is explained as in a batch.
            noise = np.random.default_rng(seed).random(inputs.shape[1:], np.float32)
            return np.zeros_like(inputs) + (black + noise * (white - black))


def blurred(inputs: FloatArray) -> FloatArray:
    """Inputs (batch, height, width, channels) under a wide Gaussian blur, mirrored at the borders."""
    from scipy.ndimage import gaussian_filter

    deviation = _BLUR_SHARE * max(inputs.shape[1:3])
    return np.asarray(gaussian_filter(inputs, (0, deviation, deviation, 0), mode="reflect"), np.float32)
