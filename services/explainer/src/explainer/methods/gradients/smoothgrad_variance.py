"""VarGrad."""

import tensorflow as tf

from explainer.methods.base import Attribution, Family, Problem
from explainer.methods.noise import NoiseParameters, noisy_gradients
from explainer.methods.registry import method


@method(
    "smoothgrad.variance",
    title="VarGrad",
    family=Family.GRADIENT,
    summary="The variance of the gradients of many noisy copies of the picture: where the network's answer bends.",
    paper="Adebayo et al. 2018, Local Explanation Methods for Deep Neural Networks Lack Sensitivity to Parameter "
    "Values, "
    "ICLR workshop, arXiv:1810.03307 (VarGrad)",
    parameters=NoiseParameters,
    signed=False,
)
def smoothgrad_variance(problem: Problem, parameters: NoiseParameters) -> Attribution:
    """R = Var ∂f/∂x (x + N(0, σ²)), over the noise."""
    images = int(problem.inputs.shape[0])
    total, squares = tf.zeros_like(problem.inputs), tf.zeros_like(problem.inputs)
    for derivatives, rows in noisy_gradients(problem, parameters):
        total += tf.math.unsorted_segment_sum(derivatives, rows, images)
        squares += tf.math.unsorted_segment_sum(tf.square(derivatives), rows, images)
    mean = total / parameters.samples
    return Attribution(tf.nn.relu(squares / parameters.samples - tf.square(mean)))
