"""Gradient, also called saliency map."""

from enum import StrEnum

import numpy as np
import tensorflow as tf
from pydantic import Field

from explainer.engine import FloatArray
from explainer.methods.base import Attribution, Family, Parameters, Problem
from explainer.methods.registry import method
from explainer.propagation.derivatives import input_gradient


class Reduction(StrEnum):
    """What becomes of the channels' gradients."""

    NONE = "none"
    ABSOLUTE = "absolute"
    MAX = "max"
    SUM = "sum"


class GradientParameters(Parameters):
    """What can be set."""

    reduction: Reduction = Field(
        default=Reduction.NONE,
        description="'none' keeps sign and channels; 'absolute' takes magnitudes; 'max' gives each pixel the largest "
        "magnitude of its channels, as the saliency maps of the paper do; 'sum' the sum over its channels.",
    )


@method(
    "gradient",
    title="Gradient",
    family=Family.GRADIENT,
    summary="How much the output changes with each pixel: the derivative of the output with respect to the input.",
    paper="Simonyan, Vedaldi, Zisserman 2014, Deep Inside Convolutional Networks, arXiv:1312.6034, section 3",
    parameters=GradientParameters,
)
def gradient(problem: Problem, parameters: GradientParameters) -> Attribution:
    """R = ∂f/∂x."""
    return Attribution(tf.constant(reduced(problem.compiled(input_gradient).numpy(), parameters.reduction)))


def reduced(derivative: FloatArray, reduction: Reduction) -> FloatArray:
    """A derivative (batch, height, width, channels) as a map of the same shape; what is one a pixel is shared out."""
    match reduction:
        case Reduction.ABSOLUTE:
            return np.abs(derivative)
        case Reduction.MAX:
            return over_channels(np.abs(derivative).max(axis=-1), derivative.shape[-1])
        case Reduction.SUM:
            return over_channels(derivative.sum(axis=-1), derivative.shape[-1])
        case Reduction.NONE:
            return derivative


def over_channels(places: FloatArray, channels: int) -> FloatArray:
    """One value a pixel (batch, height, width) as relevance: each of its channels gets the same share."""
    return np.repeat(places[..., None], channels, axis=-1) / np.float32(channels)
