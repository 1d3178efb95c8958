"""Gradients of noisy copies of the inputs, which SmoothGrad and its kin average."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from pydantic import Field

from explainer.engine import FloatArray
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
    inputs = problem.inputs.numpy()
    for numbers in problem.portions(len(inputs) * parameters.samples, gradients=True):
        copies, rows = noisy_copies(inputs, parameters, numbers)
        yield problem.instead(tf.constant(copies), tf.constant(rows)).compiled(input_gradient), tf.constant(rows)


def noisy_copies(
    inputs: FloatArray, parameters: NoiseParameters, numbers: range
) -> tuple[FloatArray, npt.NDArray[np.int32]]:
    """Some of the noisy copies of inputs (batch, height, width, channels).

    Args:
        inputs: what is copied.
        parameters: how many copies each has, and how noisy they are.
        numbers: of the wanted copies; those of the first input come first, then those of the second.

    Returns:
        The copies (count, height, width, channels), and for each the row of its input (count,).
    """
    spread = inputs.max(axis=(1, 2, 3)) - inputs.min(axis=(1, 2, 3))
    rows, copy = np.divmod(np.asarray(numbers, np.int32), np.int32(parameters.samples))
    # A generator for each copy, so that one input alone gets the same noise as in a batch.
    noise = np.stack([standard_normal([parameters.seed, number], inputs.shape[1:]) for number in copy])
    scale = np.float32(parameters.noise) * spread[rows][:, None, None, None]
    return inputs[rows] + scale * noise, rows


def standard_normal(seed: int | list[int], shape: tuple[int, ...]) -> FloatArray:
    """Noise of mean 0 and deviation 1, the same for the same seed."""
    return np.random.default_rng(seed).standard_normal(shape, np.float32)
