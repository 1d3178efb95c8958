"""LRP-α2β1 without biases."""

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import AlphaBeta
from explainer.propagation.rules.base import Bias


@method(
    "lrp.alpha_2_beta_1_ib",
    title="LRP-α2β1, biases ignored",
    family=Family.RELEVANCE,
    summary="What speaks for an output counts twice, what speaks against it once, with its sign; biases get no share.",
    paper="Bach et al. 2015, On Pixel-Wise Explanations by Layer-Wise Relevance Propagation, PLOS ONE 10(7), eq. 60",
    parameters=NoParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_alpha_2_beta_1_ib(problem: Problem, _: NoParameters) -> Attribution:
    """The αβ-rule without biases at every linear layer, with α = 2 and β = 1."""
    return relevance(problem, composite(any=AlphaBeta(alpha=2, bias=Bias.NONE)))
