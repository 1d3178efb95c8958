"""LRP-α1β0."""

from explainer.methods.base import Attribution, Family, Problem
from explainer.methods.lrp.parameters import BiasParameters
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import AlphaBeta


@method(
    "lrp.alpha_1_beta_0",
    title="LRP-α1β0",
    family=Family.RELEVANCE,
    summary="Only what speaks for an output gets a share.",
    paper="Bach et al. 2015, On Pixel-Wise Explanations by Layer-Wise Relevance Propagation, PLOS ONE 10(7), eq. 60",
    parameters=BiasParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_alpha_1_beta_0(problem: Problem, parameters: BiasParameters) -> Attribution:
    """The αβ-rule at every linear layer, with α = 1 and β = 0."""
    return relevance(problem, composite(any=AlphaBeta(alpha=1, bias=parameters.bias)))
