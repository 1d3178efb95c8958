"""Where methods of modified backpropagation begin: at the derivative of the output, or at its value."""

from enum import StrEnum

import tensorflow as tf
from pydantic import Field

from explainer.methods.base import Attribution, Parameters, Problem
from explainer.propagation.walk import Composite, backward, forward
from network.canonical import CanonicalNetwork


class Start(StrEnum):
    """What is propagated back from the output."""

    ONE = "one"
    OUTPUT = "output"


class StartParameters(Parameters):
    """What can be set."""

    start: Start = Field(
        default=Start.ONE,
        description="'one' starts from the derivative of the output, as the paper does; 'output' from its value, as "
        "innvestigate does.",
    )


def started(problem: Problem, parameters: StartParameters, composite: Composite) -> Attribution:
    """What arrives at the inputs."""
    return Attribution(problem.compiled(_walk, start=parameters.start, composite=composite))


def _walk(
    network: CanonicalNetwork, inputs: tf.Tensor, weights: tf.Tensor, *, node: str, start: Start, composite: Composite
) -> tf.Tensor:
    steps = forward(network, inputs, node)
    seed = weights if start is Start.ONE else weights * steps[node].output
    return backward(steps, node, seed, composite)
