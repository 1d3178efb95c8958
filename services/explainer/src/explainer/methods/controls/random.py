"""Noise."""

import numpy as np
import tensorflow as tf
from pydantic import Field

from explainer.engine import FloatArray
from explainer.methods.base import Attribution, Family, Parameters, Problem
from explainer.methods.noise import standard_normal
from explainer.methods.registry import method


class RandomParameters(Parameters):
    """What can be set."""

    deviation: float = Field(default=1.0, gt=0, le=1e6, description="Standard deviation of the noise.")
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="The same seed, the same map.")


@method(
    "random",
    title="Random",
    family=Family.CONTROL,
    summary="Noise: what a map is worth that knows neither network nor picture. Any method should do better in the "
    "checks of quality.",
    paper="Alber et al. 2019, iNNvestigate Neural Networks!, JMLR 20(93) (random)",
    parameters=RandomParameters,
)
def random(problem: Problem, parameters: RandomParameters) -> Attribution:
    """R ~ N(0, σ²), the same for each input of a batch."""
    return Attribution(tf.constant(noise_for(problem.inputs.numpy(), parameters)))


def noise_for(inputs: FloatArray, parameters: RandomParameters) -> FloatArray:
    """The noise, in the shape of the inputs (batch, height, width, channels)."""
    noise = np.float32(parameters.deviation) * standard_normal(parameters.seed, inputs.shape[1:])
    return np.zeros_like(inputs) + noise
