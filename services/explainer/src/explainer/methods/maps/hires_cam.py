"""HiRes-CAM."""

import tensorflow as tf

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.maps.drawing import drawn, map_layers, maps_with_gradient, no_maps
from explainer.methods.registry import method


@method(
    "hires_cam",
    title="HiRes-CAM",
    family=Family.ACTIVATION_MAP,
    summary="The maps of a layer times the gradient at each place: shows what the network really computes from them, "
    "for and against the class, where only linear layers follow.",
    paper="Draelos, Carin 2020, Use HiResCAM Instead of Grad-CAM for Faithful Explanations of Convolutional Neural "
    "Networks, arXiv:2011.08891, eq. 3",
    parameters=NoParameters,
    signed=True,
    obstacle=no_maps,
    layers=map_layers,
)
def hires_cam(problem: Problem, _: NoParameters) -> Attribution:
    """L = Σ_k ∂f/∂A^k ⊙ A^k."""
    maps, gradient = maps_with_gradient(problem)
    return drawn(problem, tf.reduce_sum(gradient * maps, axis=-1))
