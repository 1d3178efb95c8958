"""Expected gradients."""

import numpy as np
import tensorflow as tf
from pydantic import Field

from explainer.methods.base import Attribution, Family, Needs, Parameters, Problem
from explainer.methods.registry import method
from explainer.propagation.derivatives import input_gradient


class ExpectedGradientsParameters(Parameters):
    """What can be set."""

    samples: int = Field(default=64, ge=2, le=512, description="How many samples of the data set are baselines.")
    steps: int = Field(default=4, ge=1, le=64, description="Points on the way from each of them to the picture.")
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="Chooses the samples.")


@method(
    "expected_gradients",
    title="Expected gradients",
    family=Family.GRADIENT,
    summary="Integrated gradients with other samples of the data set in place of one baseline: no colour counts as "
    "nothing, and the relevance adds up to how much the output differs from their mean.",
    paper="Erion et al. 2021, Improving Performance of Deep Learning Models with Axiomatic Attribution Priors and "
    "Expected Gradients, Nature Machine Intelligence 3, arXiv:1906.10670, eq. 3",
    parameters=ExpectedGradientsParameters,
    needs=Needs.SAMPLES,
)
def expected_gradients(problem: Problem, parameters: ExpectedGradientsParameters) -> Attribution:
    """R = E_{x' ~ D, α ~ U(0, 1)} [(x - x') ∂f/∂x (x' + α (x - x'))], with α at the midpoints of equal steps."""
    backgrounds = tf.constant(problem.surroundings.samples(parameters.samples, parameters.seed))
    steps, images = parameters.steps, int(problem.inputs.shape[0])
    points_each = int(backgrounds.shape[0]) * steps
    total = tf.zeros_like(problem.inputs)
    for numbers in problem.portions(images * points_each, gradients=True):
        row, rest = np.divmod(np.array(numbers), points_each)
        background, step = np.divmod(rest, steps)
        rows, baseline = tf.constant(row, tf.int32), tf.gather(backgrounds, background)
        difference = tf.gather(problem.inputs, rows) - baseline
        alphas = tf.constant((step + 0.5) / steps, tf.float32)[:, None, None, None]
        derivatives = problem.instead(baseline + alphas * difference, rows).compiled(input_gradient)
        total += tf.math.unsorted_segment_sum(difference * derivatives, rows, images)
    return Attribution(total / points_each)
