"""SmoothGrad."""

import tensorflow as tf

from explainer.methods.base import Attribution, Family, Problem
from explainer.methods.noise import NoiseParameters, noisy_gradients
from explainer.methods.registry import method


@method(
    "smoothgrad",
    title="SmoothGrad",
    family=Family.GRADIENT,
    summary="The mean of the gradients of many noisy copies of the picture: less grainy than the gradient itself.",
    paper="Smilkov et al. 2017, SmoothGrad: Removing Noise by Adding Noise, arXiv:1706.03825, section 2",
    parameters=NoiseParameters,
)
def smoothgrad(problem: Problem, parameters: NoiseParameters) -> Attribution:
    """R = 1/n Σ ∂f/∂x (x + N(0, σ²))."""
    images, total = int(problem.inputs.shape[0]), tf.zeros_like(problem.inputs)
    for derivatives, rows in noisy_gradients(problem, parameters):
        total += tf.math.unsorted_segment_sum(derivatives, rows, images)
    return Attribution(total / parameters.samples)
