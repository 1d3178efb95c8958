"""LRP preset B with the flat rule at the lower layers."""

from pydantic import Field

from explainer.methods.base import Attribution, Family, Problem
from explainer.methods.lrp.parameters import PresetParameters
from explainer.methods.registry import method
from explainer.propagation.composites import RelevanceComposite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import Flat


class FlatUntilParameters(PresetParameters):
    """What can be set."""

    index: int = Field(
        default=2,
        ge=0,
        le=5000,
        description="The last layer with the flat rule; layers with weights are counted from 0, from the picture on.",
    )


@method(
    "lrp.sequential_preset_b_flat_until_idx",
    title="LRP preset B, flat below a layer",
    family=Family.RELEVANCE,
    summary="LRP preset B whose lower layers spread their relevance evenly: the maps are as fine as the layer above "
    "them sees.",
    paper="Lapuschkin et al. 2017, Understanding and Comparing Deep Neural Networks for Age and Gender Classification, "
    "arXiv:1708.07689; flat rule of Lapuschkin et al. 2019, Unmasking Clever Hans Predictors, Nature Communications "
    "10, "
    "arXiv:1902.10178",
    parameters=FlatUntilParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_sequential_preset_b_flat_until_idx(problem: Problem, parameters: FlatUntilParameters) -> Attribution:
    """LRP-flat up to the layer of the index, else as LRP preset B."""
    above = parameters.composite(alpha=2).assignments
    return relevance(problem, RelevanceComposite(until=parameters.index, below=Flat(), assignments=above))
