"""PatternAttribution."""

from explainer.methods.base import Attribution, Family, Needs, NoParameters, Problem
from explainer.methods.registry import method
from explainer.propagation.preconditions import has_rectifier
from explainer.propagation.signals import Direction, along_patterns


@method(
    "pattern_attribution",
    title="PatternAttribution",
    family=Family.MODIFIED_BACKPROP,
    summary="How much the signal at each pixel contributed to the output: deep Taylor decomposition whose root points "
    "were learnt from a data set. Fit the patterns first.",
    paper="Kindermans et al. 2018, Learning How to Explain Neural Networks: PatternNet and PatternAttribution, ICLR, "
    "arXiv:1705.05598, section 4",
    parameters=NoParameters,
    obstacle=has_rectifier,
    needs=Needs.PATTERNS,
)
def pattern_attribution(problem: Problem, _: NoParameters) -> Attribution:
    """The chain rule with w ⊙ a in place of the weights w, from the value of the output."""
    return along_patterns(problem, Direction.ATTRIBUTION)
