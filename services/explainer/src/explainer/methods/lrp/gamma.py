"""LRP-γ."""

from pydantic import Field

from explainer.methods.base import Attribution, Family, Parameters, Problem
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import Gamma


class GammaParameters(Parameters):
    """What can be set."""

    gamma: float = Field(default=0.25, ge=0, le=100, description="γ: how much positive weights are favoured.")


@method(
    "lrp.gamma",
    title="LRP-γ",
    family=Family.RELEVANCE,
    summary="Like LRP-z, but what speaks for an output is favoured: between LRP-z (γ = 0) and LRP-z⁺ (γ large), and "
    "less noisy than the first.",
    paper="Montavon et al. 2019, Layer-Wise Relevance Propagation: An Overview, in: Explainable AI, LNCS 11700, "
    "section 10.2.3",
    parameters=GammaParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_gamma(problem: Problem, parameters: GammaParameters) -> Attribution:
    """R_i = Σ_j x_i (w_ij + γ w_ij⁺) / Σ_i x_i (w_ij + γ w_ij⁺) R_j at every linear layer."""
    return relevance(problem, composite(any=Gamma(gamma=parameters.gamma)))
