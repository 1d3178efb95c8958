"""Occlusion."""

import numpy as np
import tensorflow as tf
from pydantic import Field

from explainer.methods.base import Attribution, Family, Parameters, Problem, Quantity
from explainer.methods.baselines import BASELINE_HELP, Baseline
from explainer.methods.black_box.games import QUANTITY_HELP
from explainer.methods.black_box.windows import Windows
from explainer.methods.gradients.gradient import over_channels
from explainer.methods.registry import method

_SHARE = 8


class OcclusionParameters(Parameters):
    """What can be set."""

    window: int = Field(
        default=0, ge=0, le=1024, description="The side of the box in pixels; 0 is an eighth of the shorter side."
    )
    stride: int = Field(
        default=0,
        ge=0,
        le=1024,
        description="From one place of the box to the next, in pixels, at most its side; 0 is half the box.",
    )
    baseline: Baseline = Field(default=Baseline.GREY, description=BASELINE_HELP)
    quantity: Quantity = Field(default=Quantity.SCORE, description=QUANTITY_HELP)
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="Of the noise, where the baseline is one.")


@method(
    "occlusion",
    title="Grey-box occlusion",
    family=Family.BLACK_BOX,
    summary="A grey box is laid over each part of the picture in turn: where it covers what matters, the output falls.",
    paper="Zeiler, Fergus 2014, Visualizing and Understanding Convolutional Networks, ECCV, arXiv:1311.2901, "
    "section 4.2",
    parameters=OcclusionParameters,
)
def occlusion(problem: Problem, parameters: OcclusionParameters) -> Attribution:
    """R_i = mean of f(x) - f(x with the box b in place) over all boxes b ∋ i."""
    images, height, width, channels = problem.inputs.shape
    window = parameters.window or max(1, min(height, width) // _SHARE)
    windows = Windows((height, width), window, parameters.stride or max(1, window // 2))
    baselines = problem.baseline(parameters.baseline, parameters.seed)
    pictures, count = problem.inputs.numpy(), len(windows.corners)
    covered = np.zeros(images * count)
    for numbers in problem.portions(images * count):
        row, number = np.divmod(np.array(numbers), count)
        inputs = pictures[row]
        for index, area in enumerate(map(windows.area, number)):
            inputs[index][area] = baselines[row[index]][area]
        found = problem.values(tf.constant(inputs), tf.constant(row, tf.int32), parameters.quantity)
        covered[numbers.start : numbers.stop] = found
    whole = problem.values(problem.inputs, tf.range(images), parameters.quantity).astype(np.float64)
    falls = whole[:, None] - covered.reshape(images, count)
    return Attribution(tf.constant(over_channels(windows.averaged(falls), channels)))
