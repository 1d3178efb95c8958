"""Deep Taylor decomposition."""

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import WSquare, ZPlus


@method(
    "deep_taylor",
    title="Deep Taylor decomposition",
    family=Family.MODIFIED_BACKPROP,
    summary="The positive output, decomposed layer by layer around points where it vanishes: everything positive, "
    "adding "
    "up to the output. For inputs without bounds.",
    paper="Montavon et al. 2017, Explaining Nonlinear Classification Decisions with Deep Taylor Decomposition, Pattern "
    "Recognition 65, arXiv:1512.02479, eq. 12 and 17",
    parameters=NoParameters,
    signed=False,
    obstacle=has_rule_for_every_layer,
)
def deep_taylor(problem: Problem, _: NoParameters) -> Attribution:
    """The w²-rule at the layers that see the picture, the z⁺-rule at all others, from max(f, 0)."""
    return relevance(problem, composite(first=WSquare(), any=ZPlus()), positive=True)
