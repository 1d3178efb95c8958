"""Integrated gradients."""

from dataclasses import replace

import tensorflow as tf
from pydantic import Field

from explainer.methods.base import Attribution, Family, Parameters, Problem
from explainer.methods.gradient import input_gradient
from explainer.methods.registry import method

_IMAGES_AT_ONCE = 16


class IntegratedGradientsParameters(Parameters):
    """What can be set."""

    steps: int = Field(default=64, ge=2, le=1024, description="Points on the way from the baseline to the picture.")
    baseline: float = Field(
        default=0.0,
        ge=-10_000,
        le=10_000,
        description="Value of every input of the baseline, as the network reads it (after preprocessing).",
    )


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
    difference = problem.inputs - parameters.baseline
    alphas = (tf.range(parameters.steps, dtype=tf.float32) + 0.5) / parameters.steps
    total = tf.zeros_like(problem.inputs)
    images = int(problem.inputs.shape[0])
    chunk = max(1, _IMAGES_AT_ONCE // images)
    for begin in range(0, parameters.steps, chunk):
        some = alphas[begin : begin + chunk]
        points = parameters.baseline + some[:, None, None, None, None] * difference[None]
        part = replace(
            problem,
            inputs=tf.reshape(points, [-1, *problem.inputs.shape[1:]]),
            selection=replace(problem.selection, units=tf.tile(problem.selection.units, [len(some)])),
        )
        total += tf.reduce_sum(tf.reshape(part.compiled(input_gradient), points.shape), axis=0)
    return Attribution(difference * total / parameters.steps)
