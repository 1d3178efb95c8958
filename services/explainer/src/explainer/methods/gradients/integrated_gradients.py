"""Integrated gradients."""

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from pydantic import Field

from explainer.engine import FloatArray
from explainer.methods.base import Attribution, Family, Parameters, Problem
from explainer.methods.baselines import BASELINE_HELP, Baseline
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
    inputs, steps = problem.inputs.numpy(), parameters.steps
    baseline = problem.baseline(parameters.baseline, parameters.seed)
    total = tf.zeros_like(inputs)
    for numbers in problem.portions(len(inputs) * steps, gradients=True):
        points, rows = points_on_the_way(inputs, baseline, steps, numbers)
        derivatives = problem.instead(tf.constant(points), tf.constant(rows)).compiled(input_gradient)
        total += tf.math.unsorted_segment_sum(derivatives, rows, len(inputs))
    return Attribution((inputs - baseline) * total / steps)


def points_on_the_way(
    inputs: FloatArray, baseline: FloatArray, steps: int, numbers: range, within_step: float = 0.5
) -> tuple[FloatArray, npt.NDArray[np.int32]]:
    """Points on the straight ways from baselines to inputs, (batch, height, width, channels) both.

    Args:
        inputs: where the ways end.
        baseline: where they begin.
        steps: how many points each way has.
        numbers: of the wanted points; the points of the first way come first, then those of the second.
        within_step: where in its step a point lies, from 0 for the beginning to 1 for the end.

    Returns:
        The points (count, height, width, channels), and for each the row of its input (count,).
    """
    rows, step = np.divmod(np.asarray(numbers, np.int32), np.int32(steps))
    alphas = ((step + within_step) / steps).astype(np.float32)[:, None, None, None]
    return baseline[rows] + alphas * (inputs - baseline)[rows], rows
