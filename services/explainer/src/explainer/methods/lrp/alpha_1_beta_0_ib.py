"""LRP-α1β0 without biases."""

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import AlphaBeta
from explainer.propagation.rules.base import Bias


@method(
    "lrp.alpha_1_beta_0_ib",
    title="LRP-α1β0, biases ignored",
    family=Family.RELEVANCE,
    summary="Only what speaks for an output gets a share, and biases get none: the same as LRP-z⁺.",
    paper="Bach et al. 2015, On Pixel-Wise Explanations by Layer-Wise Relevance Propagation, PLOS ONE 10(7), eq. 60",
    parameters=NoParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_alpha_1_beta_0_ib(problem: Problem, _: NoParameters) -> Attribution:
    """The αβ-rule without biases at every linear layer, with α = 1 and β = 0."""
    return relevance(problem, composite(any=AlphaBeta(alpha=1, bias=Bias.NONE)))
