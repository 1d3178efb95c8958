"""Deep Taylor decomposition for pixels."""

from pydantic import Field

from explainer.methods.base import Attribution, Family, Parameters, Problem
from explainer.methods.registry import method
from explainer.propagation.composites import composite
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.relevance import relevance
from explainer.propagation.rules import ZBox, ZPlus


class BoundsParameters(Parameters):
    """What can be set."""

    low: float | None = Field(
        default=None,
        ge=-1e6,
        le=1e6,
        description="The lowest number that the network can read; left out, what it reads for black or white.",
    )
    high: float | None = Field(default=None, ge=-1e6, le=1e6, description="The highest, likewise.")


@method(
    "deep_taylor.bounded",
    title="Deep Taylor decomposition, bounded",
    family=Family.MODIFIED_BACKPROP,
    summary="Deep Taylor decomposition that knows the range of the pixels: at the first layer each pixel is judged by "
    "how far it is from black and from white.",
    paper="Montavon et al. 2017, Explaining Nonlinear Classification Decisions with Deep Taylor Decomposition, Pattern "
    "Recognition 65, arXiv:1512.02479, eq. 13 and 17",
    parameters=BoundsParameters,
    signed=False,
    obstacle=has_rule_for_every_layer,
)
def deep_taylor_bounded(problem: Problem, parameters: BoundsParameters) -> Attribution:
    """The z^B-rule at the layers that see the picture, the z⁺-rule at all others, from max(f, 0)."""
    low = None if parameters.low is None else (parameters.low,)
    high = None if parameters.high is None else (parameters.high,)
    return relevance(problem, composite(first=ZBox(low=low, high=high), any=ZPlus()), positive=True)
