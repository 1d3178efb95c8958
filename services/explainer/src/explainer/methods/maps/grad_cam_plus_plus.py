"""Grad-CAM++."""

import tensorflow as tf

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.maps.drawing import drawn, map_layers, maps_with_gradient, no_maps
from explainer.methods.registry import method


@method(
    "grad_cam_plus_plus",
    title="Grad-CAM++",
    family=Family.ACTIVATION_MAP,
    summary="Like Grad-CAM, but the places of a map are weighted by how much they matter, so that several objects of "
    "the class are all shown.",
    paper="Chattopadhyay et al. 2018, Grad-CAM++: Improved Visual Explanations for Deep Convolutional Networks, WACV, "
    "arXiv:1710.11063, eq. 5, 7 and 19",
    parameters=NoParameters,
    signed=False,
    obstacle=no_maps,
    layers=map_layers,
)
def grad_cam_plus_plus(problem: Problem, _: NoParameters) -> Attribution:
    """L = max(Σ_k w_k A^k, 0), w_k = Σ α_k max(g, 0), α_k = g² / (2 g² + Σ A^k g³), with g = ∂f/∂A^k.

    The output is exp(f), as in section 3.3 of the paper, which makes its higher derivatives powers of g; the common
    factor exp(f) only scales the map, and is left out.
    """
    maps, gradient = maps_with_gradient(problem)
    square, sums = tf.square(gradient), tf.reduce_sum(maps, axis=[1, 2], keepdims=True)
    places = tf.math.divide_no_nan(square, 2.0 * square + sums * square * gradient)
    weights = tf.reduce_sum(places * tf.nn.relu(gradient), axis=[1, 2], keepdims=True)
    return drawn(problem, tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1)))
