"""Integrated gradients."""

import tensorflow as tf
from pydantic import Field

from explainer.methods.base import Attribution, Family, Parameters, Problem
from explainer.methods.baselines import BASELINE_HELP, Baseline, baseline_inputs
from explainer.methods.registry import method
from explainer.propagation.derivatives import input_gradient


class IntegratedGradientsParameters(Parameters):
    """What can be set."""

    steps: int = Field(default=64, ge=2, le=1024, description="Points on the way from the baseline to the picture.")
    baseline: Baseline = Field(default=Baseline.ZERO, description=BASELINE_HELP)
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="Of the noise, where the baseline is one.")


@method(
    "integrated_gradients",
    title="Integrated gradients",
    family=Family.GRADIENT,
    summary="Gradients averaged on the straight way from a baseline to the picture, times the difference: the "
    "relevance adds up to how much the output differs between the two.",
    paper="Sundararajan, Taly, Yan 2017, Axiomatic Attribution for Deep Networks, ICML, arXiv:1703.01365, eq. 1",
    parameters=IntegratedGradientsParameters,
)
def integrated_gradients(problem: Problem, parameters: IntegratedGradientsParameters) -> Attribution:
    """R = (x - x') ∫₀¹ ∂f/∂x (x' + α (x - x')) dα, by the midpoint rule."""
    baseline = baseline_inputs(problem, parameters.baseline, parameters.seed)
    return Attribution(along_the_way(problem, baseline, parameters.steps))


def along_the_way(problem: Problem, baseline: tf.Tensor, steps: int) -> tf.Tensor:
    """The integral from baselines to inputs, (batch, height, width, channels) both, in a number of steps."""
    images, difference = int(problem.inputs.shape[0]), problem.inputs - baseline
    total = tf.zeros_like(problem.inputs)
    for numbers in problem.portions(images * steps, gradients=True):
        rows = tf.constant([number // steps for number in numbers])
        alphas = tf.constant([(number % steps + 0.5) / steps for number in numbers], tf.float32)
        points = tf.gather(baseline, rows) + alphas[:, None, None, None] * tf.gather(difference, rows)
        derivatives = problem.instead(points, rows).compiled(input_gradient)
        total += tf.math.unsorted_segment_sum(derivatives, rows, images)
    return difference * total / steps
