"""LRP-ε at dense layers, LRP-z⁺ at convolutions, flat at the first."""

from explainer.methods.base import Attribution, Family, Problem
from explainer.methods.lrp.parameters import EpsilonParameters
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import Epsilon, Flat, ZPlus


@method(
    "lrp.epsilon_plus_flat",
    title="LRP-ε, z⁺ and flat",
    family=Family.RELEVANCE,
    summary="The ε-rule at dense layers, the z⁺-rule at convolutions, the flat rule at the first layer: smooth maps, "
    "and a usual choice for residual networks.",
    paper="Anders et al. 2021, Software for Dataset-wide XAI: From Local Explanations to Global Insights with Zennit, "
    "CoRelAy, and ViRelAy, arXiv:2106.13200, composite EpsilonPlusFlat",
    parameters=EpsilonParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_epsilon_plus_flat(problem: Problem, parameters: EpsilonParameters) -> Attribution:
    """LRP-flat at the layers that see the picture, LRP-ε at dense layers, LRP-z⁺ at convolutions."""
    rules = composite(first=Flat(), dense=Epsilon(epsilon=parameters.epsilon), convolution=ZPlus())
    return relevance(problem, rules)
