"""LRP-αβ with any α."""

from pydantic import Field

from explainer.methods.base import Attribution, Family, Problem
from explainer.methods.lrp.parameters import BiasParameters
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import AlphaBeta


class AlphaBetaParameters(BiasParameters):
    """What can be set."""

    alpha: float = Field(default=2.0, ge=1, le=100, description="α: the weight of what speaks for; β is α - 1.")


@method(
    "lrp.alpha_beta",
    title="LRP-αβ",
    family=Family.RELEVANCE,
    summary="What speaks for an output and what speaks against it are shared out apart: α times the one less α - 1 "
    "times the other.",
    paper="Bach et al. 2015, On Pixel-Wise Explanations by Layer-Wise Relevance Propagation, PLOS ONE 10(7), eq. 60",
    parameters=AlphaBetaParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_alpha_beta(problem: Problem, parameters: AlphaBetaParameters) -> Attribution:
    """The αβ-rule at every linear layer, with β = α - 1."""
    return relevance(problem, composite(any=AlphaBeta(alpha=parameters.alpha, bias=parameters.bias)))
