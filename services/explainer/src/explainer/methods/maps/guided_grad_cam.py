"""Guided Grad-CAM."""

import tensorflow as tf

from explainer.methods.backprop.guided_backprop import guided_backprop
from explainer.methods.base import Attribution, Family, NoParameters, Obstacle, Problem
from explainer.methods.maps.drawing import map_layers, no_maps, scaled
from explainer.methods.maps.grad_cam import grad_cam
from explainer.methods.registry import method
from explainer.methods.starts import StartParameters
from explainer.propagation.preconditions import has_rectifier
from network.description import NetworkDescription


def _obstacle(description: NetworkDescription) -> Obstacle | None:
    return no_maps(description) or has_rectifier(description)


@method(
    "guided_grad_cam",
    title="Guided Grad-CAM",
    family=Family.ACTIVATION_MAP,
    summary="Guided backpropagation where Grad-CAM says that it matters: fine shapes in the places that speak for the "
    "class.",
    paper="Selvaraju et al. 2017, Grad-CAM: Visual Explanations from Deep Networks via Gradient-Based Localization, "
    "ICCV, "
    "arXiv:1610.02391, section 3.1",
    parameters=NoParameters,
    obstacle=_obstacle,
    layers=map_layers,
)
def guided_grad_cam(problem: Problem, _: NoParameters) -> Attribution:
    """R = guided backpropagation ⊙ Grad-CAM, the latter scaled to the input."""
    coarse = grad_cam(problem, NoParameters()).activation_map
    assert coarse is not None, "Grad-CAM has a map"
    fine = guided_backprop(problem, StartParameters()).relevance
    return Attribution(fine * scaled(problem, coarse)[..., tf.newaxis], coarse)
