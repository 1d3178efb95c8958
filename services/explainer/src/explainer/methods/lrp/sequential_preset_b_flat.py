"""LRP preset B with the flat rule at the first layer."""

from explainer.methods.base import Attribution, Family, Problem
from explainer.methods.lrp.parameters import PresetParameters
from explainer.methods.registry import method
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import Flat


@method(
    "lrp.sequential_preset_b_flat",
    title="LRP preset B, flat",
    family=Family.RELEVANCE,
    summary="LRP preset B whose first layer spreads its relevance evenly over the pixels that it sees: smooth maps "
    "that do not depend on the colours.",
    paper="Lapuschkin et al. 2017, Understanding and Comparing Deep Neural Networks for Age and Gender "
    "Classification, arXiv:1708.07689; rules of Bach et al. 2015, eq. 58 and 60; flat rule of Lapuschkin et al. 2019, "
    "Unmasking Clever Hans Predictors, Nature Communications 10, arXiv:1902.10178",
    parameters=PresetParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_sequential_preset_b_flat(problem: Problem, parameters: PresetParameters) -> Attribution:
    """LRP-flat at the layers that see the picture, else as LRP preset B."""
    return relevance(problem, parameters.composite(alpha=2, first=Flat()))
