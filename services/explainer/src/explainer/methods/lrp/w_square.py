"""LRP-w²."""

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import WSquare


@method(
    "lrp.w_square",
    title="LRP-w²",
    family=Family.RELEVANCE,
    summary="Each layer shares what arrives by the squares of its weights, whatever its inputs were.",
    paper="Montavon et al. 2017, Explaining Nonlinear Classification Decisions with Deep Taylor Decomposition, "
    "Pattern Recognition 65, arXiv:1512.02479, eq. 12",
    parameters=NoParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_w_square(problem: Problem, _: NoParameters) -> Attribution:
    """R_i = Σ_j w_ij² / Σ_i w_ij² R_j at every linear layer."""
    return relevance(problem, composite(any=WSquare()))
