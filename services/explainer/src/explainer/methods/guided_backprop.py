"""Guided backpropagation."""

from enum import StrEnum

import tensorflow as tf
from pydantic import Field

from explainer.methods.base import Attribution, Family, Obstacle, Parameters, Problem
from explainer.methods.registry import method
from explainer.propagation.composites import guided_gradient, is_rectifier
from explainer.propagation.walk import backward
from explainer.targets import mask
from network.canonical import CanonicalNetwork
from network.description import NetworkDescription


class Start(StrEnum):
    """What is propagated back from the output."""

    ONE = "one"
    OUTPUT = "output"


class GuidedBackpropParameters(Parameters):
    """What can be set."""

    start: Start = Field(
        default=Start.ONE,
        description="'one' starts from the derivative of the output, as the paper does; 'output' from its value, as "
        "innvestigate does.",
    )


def _no_rectifier(description: NetworkDescription) -> Obstacle | None:
    if any(is_rectifier(node) for node in description.nodes):
        return None
    return Obstacle(
        description.output.name,
        "The network has no ReLU, and guided backpropagation differs from the gradient only there.",
        "Use gradient.",
    )


def _walk(network: CanonicalNetwork, inputs: tf.Tensor, units: tf.Tensor, *, node: str, start: Start) -> tf.Tensor:
    def seed(output: tf.Tensor) -> tf.Tensor:
        weights = mask(output, units)
        return weights if start is Start.ONE else weights * output

    return backward(network, inputs, node, seed, guided_gradient)


@method(
    "guided_backprop",
    title="Guided backpropagation",
    family=Family.MODIFIED_BACKPROP,
    summary="The gradient, but at each ReLU only what is positive goes further back: sharp pictures of the shapes that "
    "excite the network. It hardly depends on the class, nor on the upper layers.",
    paper="Springenberg et al. 2014, Striving for Simplicity: The All Convolutional Net, arXiv:1412.6806, section 3.4",
    parameters=GuidedBackpropParameters,
    obstacle=_no_rectifier,
)
def guided_backprop(problem: Problem, parameters: GuidedBackpropParameters) -> Attribution:
    """The chain rule, with R_i = 1[x_i > 0] max(R_j, 0) at each ReLU."""
    return Attribution(problem.compiled(_walk, start=parameters.start))
