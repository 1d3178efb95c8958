"""LRP-z⁺."""

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import ZPlus


@method(
    "lrp.z_plus",
    title="LRP-z⁺",
    family=Family.RELEVANCE,
    summary="Only what speaks for an output gets a share, and biases get none: calm, positive maps.",
    paper="Montavon et al. 2017, Explaining Nonlinear Classification Decisions with Deep Taylor Decomposition, "
    "Pattern Recognition 65, arXiv:1512.02479, eq. 17",
    parameters=NoParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_z_plus(problem: Problem, _: NoParameters) -> Attribution:
    """R_i = Σ_j (x_i w_ij)⁺ / Σ_i (x_i w_ij)⁺ R_j at every linear layer."""
    return relevance(problem, composite(any=ZPlus()))
