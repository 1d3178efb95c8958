"""Gradients of noisy copies of the inputs, which SmoothGrad and its kin average."""

from collections.abc import Iterator

import numpy as np
import tensorflow as tf
from pydantic import Field

from explainer.methods.base import Parameters, Problem
from explainer.propagation.derivatives import input_gradient


class NoiseParameters(Parameters):
    """What can be set."""

    samples: int = Field(default=50, ge=2, le=1024, description="How many noisy copies of the picture.")
    noise: float = Field(
        default=0.15,
        gt=0,
        le=2,
        description="Standard deviation of the noise as a share of the range between the picture's lowest and highest "
        "value.",
    )
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="Of the noise: the same seed, the same map.")


def noisy_gradients(problem: Problem, parameters: NoiseParameters) -> Iterator[tuple[tf.Tensor, tf.Tensor]]:
    """∂f/∂x (count, height, width, channels) at noisy copies, in portions, each with the rows (count,) of its
    inputs."""
    inputs, samples = problem.inputs, parameters.samples
    spread = tf.reduce_max(inputs, axis=[1, 2, 3]) - tf.reduce_min(inputs, axis=[1, 2, 3])
    for numbers in problem.portions(int(inputs.shape[0]) * samples, gradients=True):
        rows = tf.constant([number // samples for number in numbers])
        # A generator for each copy, so that one input alone gets the same noise as in a batch.
        noise = np.stack([_standard_normal(parameters.seed, number % samples, inputs.shape[1:]) for number in numbers])
        scale = parameters.noise * tf.gather(spread, rows)[:, None, None, None]
        yield problem.instead(tf.gather(inputs, rows) + scale * noise, rows).compiled(input_gradient), rows


def _standard_normal(seed: int, number: int, shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng([seed, number]).standard_normal(shape, np.float32)
