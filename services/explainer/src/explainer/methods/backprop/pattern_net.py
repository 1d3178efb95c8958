"""PatternNet."""

from explainer.methods.base import Attribution, Family, Needs, NoParameters, Problem
from explainer.methods.registry import method
from explainer.propagation.preconditions import has_rectifier
from explainer.propagation.signals import Direction, along_patterns


@method(
    "pattern_net",
    title="PatternNet",
    family=Family.MODIFIED_BACKPROP,
    summary="The signal in the picture that made the output: goes back along what the units were found to read in a "
    "data "
    "set, instead of along their weights. Fit the patterns first.",
    paper="Kindermans et al. 2018, Learning How to Explain Neural Networks: PatternNet and PatternAttribution, ICLR, "
    "arXiv:1705.05598, section 4",
    parameters=NoParameters,
    obstacle=has_rectifier,
    needs=Needs.PATTERNS,
)
def pattern_net(problem: Problem, _: NoParameters) -> Attribution:
    """The chain rule with patterns a in place of the weights w."""
    return along_patterns(problem, Direction.PATTERN)
