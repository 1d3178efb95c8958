"""LRP preset A: the rule that suits each depth."""

from explainer.methods.base import Attribution, Family, Problem
from explainer.methods.lrp.parameters import PresetParameters
from explainer.methods.registry import method
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance


@method(
    "lrp.sequential_preset_a",
    title="LRP preset A",
    family=Family.RELEVANCE,
    summary="LRP with the ε-rule at dense layers and the αβ-rule (α = 1, β = 0) at convolutions: calm maps of what "
    "speaks for the class.",
    paper="Lapuschkin et al. 2017, Understanding and Comparing Deep Neural Networks for Age and Gender "
    "Classification, arXiv:1708.07689; rules of Bach et al. 2015, eq. 58 and 60",
    parameters=PresetParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_sequential_preset_a(problem: Problem, parameters: PresetParameters) -> Attribution:
    """LRP-ε at dense layers, LRP-α1β0 at convolutions."""
    return relevance(problem, parameters.composite(alpha=1))
