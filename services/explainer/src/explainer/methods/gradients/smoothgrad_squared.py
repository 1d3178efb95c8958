"""SmoothGrad of squares."""

import tensorflow as tf

from explainer.methods.base import Attribution, Family, Problem
from explainer.methods.noise import NoiseParameters, noisy_gradients
from explainer.methods.registry import method


@method(
    "smoothgrad.squared",
    title="SmoothGrad, squared",
    family=Family.GRADIENT,
    summary="The mean of the squared gradients of many noisy copies of the picture: gradients of opposite sign do not "
    "cancel.",
    paper="Hooker et al. 2019, A Benchmark for Interpretability Methods in Deep Neural Networks, NeurIPS, "
    "arXiv:1806.10758, section 4.2",
    parameters=NoiseParameters,
    signed=False,
)
def smoothgrad_squared(problem: Problem, parameters: NoiseParameters) -> Attribution:
    """R = 1/n Σ (∂f/∂x (x + N(0, σ²)))²."""
    images, total = int(problem.inputs.shape[0]), tf.zeros_like(problem.inputs)
    for derivatives, rows in noisy_gradients(problem, parameters):
        total += tf.math.unsorted_segment_sum(tf.square(derivatives), rows, images)
    return Attribution(total / parameters.samples)
