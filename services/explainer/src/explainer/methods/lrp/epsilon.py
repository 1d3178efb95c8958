"""LRP-ε."""

from explainer.methods.base import Attribution, Family, Problem
from explainer.methods.lrp.parameters import EpsilonParameters
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import Epsilon


@method(
    "lrp.epsilon",
    title="LRP-ε",
    family=Family.RELEVANCE,
    summary="The output's value is handed back layer by layer, to each input in proportion to its contribution. The "
    "relevance of all pixels adds up to the output, but for what biases took.",
    paper="Bach et al. 2015, On Pixel-Wise Explanations by Layer-Wise Relevance Propagation, PLOS ONE 10(7), eq. 58",
    parameters=EpsilonParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_epsilon(problem: Problem, parameters: EpsilonParameters) -> Attribution:
    """R_i = x_i Σ_j w_ij R_j / (z_j + ε sign z_j) at every linear layer."""
    return relevance(problem, composite(any=Epsilon(epsilon=parameters.epsilon)))
