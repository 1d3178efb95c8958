"""LRP-α2β1."""

from explainer.methods.base import Attribution, Family, Problem
from explainer.methods.lrp.parameters import BiasParameters
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import AlphaBeta


@method(
    "lrp.alpha_2_beta_1",
    title="LRP-α2β1",
    family=Family.RELEVANCE,
    summary="What speaks for an output counts twice, what speaks against it once, with its sign.",
    paper="Bach et al. 2015, On Pixel-Wise Explanations by Layer-Wise Relevance Propagation, PLOS ONE 10(7), eq. 60",
    parameters=BiasParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_alpha_2_beta_1(problem: Problem, parameters: BiasParameters) -> Attribution:
    """The αβ-rule at every linear layer, with α = 2 and β = 1."""
    return relevance(problem, composite(any=AlphaBeta(alpha=2, bias=parameters.bias)))
