"""DeconvNet."""

from explainer.methods.base import Attribution, Family, Problem
from explainer.methods.registry import method
from explainer.methods.starts import StartParameters, started
from explainer.propagation.gradients import deconvolving
from explainer.propagation.preconditions import has_rectifier


@method(
    "deconvnet",
    title="DeconvNet",
    family=Family.MODIFIED_BACKPROP,
    summary="The gradient, but each ReLU acts on what comes back instead of on what went forth: the patterns that a "
    "unit "
    "looks for, drawn into the picture.",
    paper="Zeiler, Fergus 2014, Visualizing and Understanding Convolutional Networks, ECCV, arXiv:1311.2901, section "
    "2.1",
    parameters=StartParameters,
    obstacle=has_rectifier,
)
def deconvnet(problem: Problem, parameters: StartParameters) -> Attribution:
    """The chain rule, with R_i = max(R_j, 0) at each ReLU."""
    return started(problem, parameters, deconvolving)
