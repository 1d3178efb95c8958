"""Prediction difference analysis."""

from enum import StrEnum

import numpy as np
import tensorflow as tf
from pydantic import Field

from domain.errors import HubError, Reason
from domain.manifests import Head
from explainer.methods.base import Attribution, Family, Needs, Parameters, Problem, Quantity
from explainer.methods.black_box.patches import ConditionalPatches, MarginalPatches
from explainer.methods.black_box.segments import DoubleArray
from explainer.methods.black_box.windows import Windows
from explainer.methods.gradients.gradient import over_channels
from explainer.methods.registry import method

_ROUNDING = 1e-3
_BACKGROUND = 64


class Sampling(StrEnum):
    """Where the contents of a window come from when it is taken to be unknown."""

    CONDITIONAL = "conditional"
    MARGINAL = "marginal"


class Difference(StrEnum):
    """How predictions are compared."""

    LOG_ODDS = "log_odds"
    SCORE = "score"
    LOGIT = "logit"


class PredictionDifferenceParameters(Parameters):
    """What can be set."""

    window: int = Field(default=10, ge=1, le=24, description="The side of the windows in pixels.")
    stride: int = Field(
        default=10,
        ge=1,
        le=256,
        description="From one window to the next, in pixels, at most its side. The paper takes 1, at a hundred times "
        "the cost.",
    )
    samples: int = Field(default=10, ge=1, le=256, description="How many contents are tried in each window.")
    sampling: Sampling = Field(
        default=Sampling.CONDITIONAL,
        description="'conditional' draws contents that go with the pixels around the window, 'marginal' takes them "
        "from the same place in other samples of the data set.",
    )
    surround: int = Field(
        default=2, ge=1, le=4, description="How many pixels around a window are heeded by conditional sampling."
    )
    difference: Difference = Field(
        default=Difference.LOG_ODDS,
        description="'log_odds' compares the odds of the scores in bits, 'score' the scores, 'logit' the logits.",
    )
    training_samples: int = Field(
        default=1_281_167,
        ge=1,
        le=2**40,
        description="On how many samples the network was trained (here those of ImageNet): log odds of scores near 0 "
        "and 1 are bounded by it.",
    )
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="Of what is drawn: the same seed, the same map.")


@method(
    "prediction_difference",
    title="Prediction difference analysis",
    family=Family.BLACK_BOX,
    summary="The contents of each window are replaced by others that could be there, and the prediction by its mean "
    "over them: relevant is what the prediction would miss.",
    paper="Zintgraf, Cohen, Adel, Welling 2017, Visualizing Deep Neural Network Decisions: Prediction Difference "
    "Analysis, ICLR, arXiv:1702.04595, eq. 1 to 4, algorithm 1",
    parameters=PredictionDifferenceParameters,
    needs=Needs.SAMPLES,
)
def prediction_difference(problem: Problem, parameters: PredictionDifferenceParameters) -> Attribution:
    """R_i = mean of log₂ odds(p(x)) - log₂ odds(1/S Σ_s p(x with w filled by sample s)) over all windows w ∋ i.

    What differs from the paper: the Gaussian is fitted to patches of samples of the data set, and its covariance is
    shrunk towards that of independent pixels as Ledoit and Wolf propose, since there may be few; windows need not
    overlap. Inside the network, where there are no odds, the difference of the values is taken, as the paper does.
    """
    images, height, width, channels = problem.inputs.shape
    windows = Windows((height, width), parameters.window, parameters.stride)
    patches = _patches(problem, parameters, windows)
    quantity = Quantity.LOGIT if parameters.difference is Difference.LOGIT else Quantity.SCORE
    count, pictures = len(windows.corners), problem.inputs.numpy()
    found = np.zeros((images * count, patches.samples))
    for numbers in problem.portions(found.size):
        case, sample = np.divmod(np.array(numbers), patches.samples)
        row, window = np.divmod(case, count)
        rows, inputs = tf.constant(row, tf.int32), pictures[row]
        for index, filled in enumerate(inputs):
            patches.fill(filled, int(window[index]), int(sample[index]))
        found[case, sample] = problem.values(tf.constant(inputs), rows, quantity)
    whole = problem.values(problem.inputs, tf.range(images), quantity).astype(np.float64)
    missed = found.mean(axis=1).reshape(images, count)
    has_odds = problem.selection.node == problem.network.description.output.name
    if parameters.difference is Difference.LOG_ODDS and has_odds:
        whole, missed = (_log_odds(problem, parameters, scores) for scores in (whole, missed))
    return Attribution(tf.constant(over_channels(windows.averaged(whole[:, None] - missed), channels)))


def _patches(
    problem: Problem, parameters: PredictionDifferenceParameters, windows: Windows
) -> ConditionalPatches | MarginalPatches:
    if parameters.sampling is Sampling.MARGINAL:
        return MarginalPatches(windows, problem.surroundings.samples(parameters.samples, parameters.seed))
    others = problem.surroundings.samples(_BACKGROUND, parameters.seed)
    return ConditionalPatches(windows, others, parameters.surround, parameters.samples, parameters.seed)


def _log_odds(problem: Problem, parameters: PredictionDifferenceParameters, scores: DoubleArray) -> DoubleArray:
    """log₂ p / (1 - p) after Laplace's correction p ← (p N + 1) / (N + K), for N training samples and K classes."""
    if scores.min() < -_ROUNDING or scores.max() > 1.0 + _ROUNDING:
        raise HubError(
            Reason.TARGET_INVALID,
            "What is explained is no probability, and so has no odds: it does not stay between 0 and 1.",
            "Choose a single class, or the difference 'score' or 'logit'.",
        )
    by_itself = problem.surroundings.head is Head.SIGMOID
    classes = 2 if by_itself else problem.network.description.output.output_shape[-1]
    training = parameters.training_samples
    corrected = (np.clip(scores, 0.0, 1.0) * training + 1.0) / (training + classes)
    return np.asarray(np.log2(corrected / (1.0 - corrected)))
