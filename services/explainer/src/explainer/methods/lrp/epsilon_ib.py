"""LRP-ε without biases."""

from explainer.methods.base import Attribution, Family, Problem
from explainer.methods.lrp.parameters import EpsilonParameters
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import can_ignore_biases
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import Epsilon


@method(
    "lrp.epsilon_ib",
    title="LRP-ε, biases ignored",
    family=Family.RELEVANCE,
    summary="LRP-ε in which biases take no share: all relevance but what the stabiliser absorbs reaches the pixels.",
    paper="Bach et al. 2015, On Pixel-Wise Explanations by Layer-Wise Relevance Propagation, PLOS ONE 10(7), eq. 58",
    parameters=EpsilonParameters,
    obstacle=can_ignore_biases,
)
def lrp_epsilon_ib(problem: Problem, parameters: EpsilonParameters) -> Attribution:
    """R_i = x_i Σ_j w_ij R_j / (z_j + ε sign z_j) with z_j = Σ_i x_i w_ij at every linear layer."""
    return relevance(problem, composite(any=Epsilon(epsilon=parameters.epsilon, bias=False)))
