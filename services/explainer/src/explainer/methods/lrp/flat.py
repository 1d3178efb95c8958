"""LRP-flat."""

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import Flat


@method(
    "lrp.flat",
    title="LRP-flat",
    family=Family.RELEVANCE,
    summary="Each layer spreads what arrives evenly over its inputs: shows how far the network looks, not what it "
    "sees.",
    paper="Lapuschkin et al. 2019, Unmasking Clever Hans Predictors, Nature Communications 10, arXiv:1902.10178, "
    "supplement",
    parameters=NoParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_flat(problem: Problem, _: NoParameters) -> Attribution:
    """R_i = Σ_j R_j / n_j at every linear layer."""
    return relevance(problem, composite(any=Flat()))
