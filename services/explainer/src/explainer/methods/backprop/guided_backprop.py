"""Guided backpropagation."""

from explainer.methods.base import Attribution, Family, Problem
from explainer.methods.registry import method
from explainer.methods.starts import StartParameters, started
from explainer.propagation.gradients import guided
from explainer.propagation.preconditions import has_rectifier


@method(
    "guided_backprop",
    title="Guided backpropagation",
    family=Family.MODIFIED_BACKPROP,
    summary="The gradient, but at each ReLU only what is positive goes further back: sharp pictures of the shapes that "
    "excite the network. It hardly depends on the class, nor on the upper layers.",
    paper="Springenberg et al. 2014, Striving for Simplicity: The All Convolutional Net, arXiv:1412.6806, section 3.4",
    parameters=StartParameters,
    obstacle=has_rectifier,
)
def guided_backprop(problem: Problem, parameters: StartParameters) -> Attribution:
    """The chain rule, with R_i = 1[x_i > 0] max(R_j, 0) at each ReLU."""
    return started(problem, parameters, guided)
