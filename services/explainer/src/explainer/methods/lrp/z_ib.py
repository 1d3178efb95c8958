"""LRP-z without biases."""

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import can_ignore_biases
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import Z


@method(
    "lrp.z_ib",
    title="LRP-z, biases ignored",
    family=Family.RELEVANCE,
    summary="LRP-z in which biases take no share: all relevance reaches the pixels.",
    paper="Bach et al. 2015, On Pixel-Wise Explanations by Layer-Wise Relevance Propagation, PLOS ONE 10(7), eq. 56",
    parameters=NoParameters,
    obstacle=can_ignore_biases,
)
def lrp_z_ib(problem: Problem, _: NoParameters) -> Attribution:
    """R_i = x_i Σ_j w_ij R_j / Σ_i x_i w_ij at every linear layer."""
    return relevance(problem, composite(any=Z(bias=False)))
