"""The gradient as TensorFlow itself differentiates the network."""

import tensorflow as tf

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.registry import method
from explainer.targets import values
from network.canonical import CanonicalNetwork


@method(
    "gradient.baseline",
    title="Gradient, by TensorFlow",
    family=Family.GRADIENT,
    summary="The gradient once more, as TensorFlow differentiates the whole network: the baseline that the walk "
    "through "
    "the layers, which all other methods take, is held against.",
    paper="Alber et al. 2019, iNNvestigate Neural Networks!, JMLR 20(93) (gradient.baseline)",
    parameters=NoParameters,
)
def gradient_baseline(problem: Problem, _: NoParameters) -> Attribution:
    """R = ∂f/∂x, by automatic differentiation."""
    return Attribution(problem.compiled(_differentiated))


def _differentiated(network: CanonicalNetwork, inputs: tf.Tensor, weights: tf.Tensor, *, node: str) -> tf.Tensor:
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        explained = values(network, inputs, weights, node=node)
    return tape.gradient(explained, inputs)
