"""Grad-CAM."""

import tensorflow as tf

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.maps.drawing import drawn, map_layers, maps_with_gradient, no_maps
from explainer.methods.registry import method


@method(
    "grad_cam",
    title="Grad-CAM",
    family=Family.ACTIVATION_MAP,
    summary="Where in the picture a layer's maps speak for the class: the maps, weighted by how much the output rises "
    "with each, summed, and drawn over the picture.",
    paper="Selvaraju et al. 2017, Grad-CAM: Visual Explanations from Deep Networks via Gradient-Based Localization, "
    "ICCV, arXiv:1610.02391, eq. 1 and 2",
    parameters=NoParameters,
    signed=False,
    obstacle=no_maps,
    layers=map_layers,
)
def grad_cam(problem: Problem, _: NoParameters) -> Attribution:
    """L = max(Σ_k α_k A^k, 0) with α_k the mean over places of ∂f/∂A^k."""
    maps, gradient = maps_with_gradient(problem)
    weights = tf.reduce_mean(gradient, axis=[1, 2], keepdims=True)
    return drawn(problem, tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1)))
