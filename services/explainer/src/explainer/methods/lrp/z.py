"""LRP-z."""

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import Z


@method(
    "lrp.z",
    title="LRP-z",
    family=Family.RELEVANCE,
    summary="The output's value is handed back layer by layer, to each input in proportion to its contribution. "
    "Without biases it equals input x gradient in networks of ReLUs.",
    paper="Bach et al. 2015, On Pixel-Wise Explanations by Layer-Wise Relevance Propagation, PLOS ONE 10(7), eq. 56",
    parameters=NoParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_z(problem: Problem, _: NoParameters) -> Attribution:
    """R_i = x_i Σ_j w_ij R_j / z_j at every linear layer."""
    return relevance(problem, composite(any=Z()))
