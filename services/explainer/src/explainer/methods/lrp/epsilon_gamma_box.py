"""LRP-ε at dense layers, LRP-γ at convolutions, LRP-z^B at the first."""

from pydantic import Field

from explainer.methods.base import Attribution, Family, Problem
from explainer.methods.lrp.parameters import EpsilonParameters
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import Epsilon, Gamma, ZBox


class EpsilonGammaParameters(EpsilonParameters):
    """What can be set."""

    gamma: float = Field(default=0.25, ge=0, le=100, description="γ: how much positive weights are favoured.")


@method(
    "lrp.epsilon_gamma_box",
    title="LRP-ε, γ and z^B",
    family=Family.RELEVANCE,
    summary="The ε-rule at dense layers, the γ-rule at convolutions, the z^B-rule at the first layer: shows evidence "
    "for and against in fine detail.",
    paper="Anders et al. 2021, Software for Dataset-wide XAI: From Local Explanations to Global Insights with Zennit, "
    "CoRelAy, and ViRelAy, arXiv:2106.13200, composite EpsilonGammaBox",
    parameters=EpsilonGammaParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_epsilon_gamma_box(problem: Problem, parameters: EpsilonGammaParameters) -> Attribution:
    """LRP-z^B at the layers that see the picture, LRP-ε at dense layers, LRP-γ at convolutions."""
    rules = composite(
        first=ZBox(), dense=Epsilon(epsilon=parameters.epsilon), convolution=Gamma(gamma=parameters.gamma)
    )
    return relevance(problem, rules)
