"""Baselines: pictures that show nothing, from which methods measure what a picture adds."""

from enum import StrEnum

import numpy as np
import tensorflow as tf

from explainer.engine import FloatArray
from explainer.methods.base import Problem

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


def baseline_inputs(problem: Problem, baseline: Baseline, seed: int = 0) -> tf.Tensor:
    """The baseline of each input, in the shape of the inputs."""
    inputs, black, white = problem.inputs, problem.input_range.black, problem.input_range.white
    match baseline:
        case Baseline.ZERO:
            return tf.zeros_like(inputs)
        case Baseline.BLACK:
            return tf.zeros_like(inputs) + tf.constant(black)
        case Baseline.WHITE:
            return tf.zeros_like(inputs) + tf.constant(white)
        case Baseline.GREY:
            return tf.zeros_like(inputs) + tf.constant((black + white) / 2)
        case Baseline.MEAN:
            return tf.zeros_like(inputs) + tf.reduce_mean(inputs, axis=[1, 2], keepdims=True)
        case Baseline.BLUR:
            return blurred(inputs)
        case Baseline.UNIFORM:
            # The same noise for each input, so that one alone is explained as in a batch.
            noise = np.random.default_rng(seed).random(inputs.shape[1:], np.float32)
            return tf.zeros_like(inputs) + tf.constant(black + noise * (white - black))


def blurred(inputs: tf.Tensor) -> tf.Tensor:
    """Inputs (batch, height, width, channels) under a wide Gaussian blur, mirrored at the borders."""
    return tf.constant(blurred_pictures(inputs.numpy()))


def blurred_pictures(pictures: FloatArray) -> FloatArray:
    """The same for an array, in a process of either engine."""
    from scipy.ndimage import gaussian_filter

    deviation = _BLUR_SHARE * max(pictures.shape[1:3])
    return np.asarray(gaussian_filter(pictures, (0, deviation, deviation, 0), mode="reflect"), np.float32)
