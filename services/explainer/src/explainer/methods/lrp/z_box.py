"""LRP-z^B at the first layer, LRP-z⁺ above."""

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import ZBox, ZPlus


@method(
    "lrp.z_box",
    title="LRP-z^B",
    family=Family.RELEVANCE,
    summary="LRP-z⁺ that knows the range of the pixels: at the first layer each pixel is judged by how far it is from "
    "black and from white.",
    paper="Montavon et al. 2017, Explaining Nonlinear Classification Decisions with Deep Taylor Decomposition, "
    "Pattern Recognition 65, arXiv:1512.02479, eq. 13 and 17",
    parameters=NoParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_z_box(problem: Problem, _: NoParameters) -> Attribution:
    """The z^B-rule at the layers that see the picture, the z⁺-rule at all others."""
    return relevance(problem, composite(first=ZBox(), any=ZPlus()))
