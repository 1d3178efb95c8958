"""LRP-z⁺ for inputs that are taken for positive."""

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import ZPlus


@method(
    "lrp.z_plus_fast",
    title="LRP-z⁺, fast",
    family=Family.RELEVANCE,
    summary="LRP-z⁺ with half the work: takes the inputs of every layer for positive, as behind a ReLU. At the first "
    "layer negative inputs then get shares too.",
    paper="Montavon et al. 2017, Explaining Nonlinear Classification Decisions with Deep Taylor Decomposition, "
    "Pattern Recognition 65, arXiv:1512.02479, eq. 17",
    parameters=NoParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_z_plus_fast(problem: Problem, _: NoParameters) -> Attribution:
    """R_i = Σ_j x_i w_ij⁺ / Σ_i x_i w_ij⁺ R_j at every linear layer."""
    return relevance(problem, composite(any=ZPlus(inputs="assumed_positive")))
