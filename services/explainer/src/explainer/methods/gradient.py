"""Gradient, also called saliency map."""

from enum import StrEnum

import tensorflow as tf
from pydantic import Field

from explainer.methods.base import Attribution, Family, Parameters, Problem
from explainer.methods.registry import method
from explainer.targets import values
from network.canonical import CanonicalNetwork


class Reduction(StrEnum):
    """What becomes of the channels' gradients."""

    NONE = "none"
    ABSOLUTE = "absolute"


class GradientParameters(Parameters):
    """What can be set."""

    reduction: Reduction = Field(
        default=Reduction.NONE,
        description="'none' keeps the sign; 'absolute' takes magnitudes, as the saliency maps of the paper do.",
    )


def input_gradient(network: CanonicalNetwork, inputs: tf.Tensor, units: tf.Tensor, *, node: str) -> tf.Tensor:
    """∂f/∂x in the shape of the inputs, f being the value of the unit explained."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        explained = values(network, inputs, units, node=node)
    return tape.gradient(explained, inputs)


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
    derivative = problem.compiled(input_gradient)
    return Attribution(tf.abs(derivative) if parameters.reduction is Reduction.ABSOLUTE else derivative)
