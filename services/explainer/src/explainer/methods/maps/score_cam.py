"""Score-CAM."""

import numpy as np
import tensorflow as tf
from pydantic import Field

from explainer.methods.base import Attribution, Family, Parameters, Problem, Quantity
from explainer.methods.maps.drawing import drawn, map_layers, no_maps, scaled
from explainer.methods.registry import method
from network.canonical import CanonicalNetwork


class ScoreCamParameters(Parameters):
    """What can be set."""

    channels: int = Field(
        default=0,
        ge=0,
        le=4096,
        description="How many maps are tried, those that vary most first: each costs a forward pass. 0 tries all, as "
        "the "
        "paper does.",
    )
    quantity: Quantity = Field(default=Quantity.LOGIT, description="What is watched: the logit or the score.")


@method(
    "score_cam",
    title="Score-CAM",
    family=Family.ACTIVATION_MAP,
    summary="Each map of a layer is laid over the picture as a mask, and weighs as much as the output under it: no "
    "gradients, at the price of a forward pass a map.",
    paper="Wang et al. 2020, Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks, CVPR "
    "workshop, arXiv:1910.01279, eq. 5 to 8",
    parameters=ScoreCamParameters,
    signed=False,
    obstacle=no_maps,
    layers=map_layers,
)
def score_cam(problem: Problem, parameters: ScoreCamParameters) -> Attribution:
    """L = max(Σ_k softmax_k(f(x ⊙ H_k) - f(0)) A^k, 0), with H_k the map A^k scaled to the input and to [0, 1]."""
    maps = problem.compiled(_maps, layer=problem.layer)
    images, units = int(maps.shape[0]), int(maps.shape[-1])
    tried = min(parameters.channels or units, units)
    chosen = tf.math.top_k(tf.math.reduce_variance(maps, axis=[1, 2]), tried).indices
    maps = tf.gather(maps, chosen, axis=-1, batch_dims=1)
    rises = np.zeros((images, tried), np.float32)
    for numbers in problem.portions(images * tried):
        row, unit = np.divmod(np.array(numbers), tried)
        masks = _between_zero_and_one(scaled(problem, tf.gather_nd(tf.transpose(maps, [0, 3, 1, 2]), np.c_[row, unit])))
        masked = tf.gather(problem.inputs, row) * masks[..., None]
        rises[row, unit] = problem.values(masked, tf.constant(row), parameters.quantity)
    nothing = problem.values(tf.zeros_like(problem.inputs), tf.range(images), parameters.quantity)
    weights = tf.nn.softmax(tf.constant(rises - nothing[:, None]))
    return drawn(problem, tf.nn.relu(tf.reduce_sum(weights[:, None, None, :] * maps, axis=-1)))


def _maps(network: CanonicalNetwork, inputs: tf.Tensor, weights: tf.Tensor, *, node: str, layer: str) -> tf.Tensor:
    del node, weights
    return network.outputs(inputs, layer)[0]


def _between_zero_and_one(masks: tf.Tensor) -> tf.Tensor:
    low = tf.reduce_min(masks, axis=[1, 2], keepdims=True)
    return tf.math.divide_no_nan(masks - low, tf.reduce_max(masks, axis=[1, 2], keepdims=True) - low)
