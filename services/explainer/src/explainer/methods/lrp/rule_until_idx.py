"""One rule at the lower layers, another above."""

from enum import StrEnum

from pydantic import Field

from explainer.methods.base import Attribution, Family, Parameters, Problem
from explainer.methods.registry import method
from explainer.propagation.composites import RelevanceComposite, composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import AlphaBeta, AnyRule, Epsilon, Flat, Gamma, WSquare, Z, ZBox, ZPlus


class RuleName(StrEnum):
    """A rule with its usual parameters."""

    Z = "z"
    EPSILON = "epsilon"
    GAMMA = "gamma"
    ALPHA_1_BETA_0 = "alpha_1_beta_0"
    ALPHA_2_BETA_1 = "alpha_2_beta_1"
    Z_PLUS = "z_plus"
    FLAT = "flat"
    W_SQUARE = "w_square"
    Z_BOX = "z_box"


RULES: dict[RuleName, AnyRule] = {
    RuleName.Z: Z(),
    RuleName.EPSILON: Epsilon(),
    RuleName.GAMMA: Gamma(),
    RuleName.ALPHA_1_BETA_0: AlphaBeta(alpha=1),
    RuleName.ALPHA_2_BETA_1: AlphaBeta(alpha=2),
    RuleName.Z_PLUS: ZPlus(),
    RuleName.FLAT: Flat(),
    RuleName.W_SQUARE: WSquare(),
    RuleName.Z_BOX: ZBox(),
}


class RuleUntilParameters(Parameters):
    """What can be set."""

    index: int = Field(
        default=0,
        ge=0,
        le=5000,
        description="The last layer with the lower rule; layers with weights are counted from 0, from the picture on.",
    )
    lower: RuleName = Field(default=RuleName.FLAT, description="The rule up to that layer.")
    upper: RuleName = Field(default=RuleName.EPSILON, description="The rule above it.")


@method(
    "lrp.rule_until_idx",
    title="LRP, one rule below another",
    family=Family.RELEVANCE,
    summary="One rule up to a layer and another above it: shows what a rule does to each depth of the network.",
    paper="Montavon et al. 2019, Layer-Wise Relevance Propagation: An Overview, in: Explainable AI, LNCS 11700, "
    "section "
    "10.3 (different rules for different layers)",
    parameters=RuleUntilParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_rule_until_idx(problem: Problem, parameters: RuleUntilParameters) -> Attribution:
    """The lower rule up to the layer of the index, the upper rule from there on."""
    above = composite(any=RULES[parameters.upper]).assignments
    rules = RelevanceComposite(until=parameters.index, below=RULES[parameters.lower], assignments=above)
    return relevance(problem, rules)
