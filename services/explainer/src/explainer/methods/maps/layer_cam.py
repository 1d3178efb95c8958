"""Layer-CAM."""

import tensorflow as tf

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.maps.drawing import drawn, map_layers, maps_with_gradient, no_maps
from explainer.methods.registry import method


@method(
    "layer_cam",
    title="Layer-CAM",
    family=Family.ACTIVATION_MAP,
    summary="Like Grad-CAM, but each place of a map has a weight of its own, so that lower layers give fine maps too.",
    paper="Jiang et al. 2021, LayerCAM: Exploring Hierarchical Class Activation Maps for Localization, IEEE "
    "Transactions on Image Processing 30, eq. 5 to 7",
    parameters=NoParameters,
    signed=False,
    obstacle=no_maps,
    layers=map_layers,
)
def layer_cam(problem: Problem, _: NoParameters) -> Attribution:
    """L = max(Σ_k max(∂f/∂A^k, 0) ⊙ A^k, 0)."""
    maps, gradient = maps_with_gradient(problem)
    return drawn(problem, tf.nn.relu(tf.reduce_sum(tf.nn.relu(gradient) * maps, axis=-1)))
