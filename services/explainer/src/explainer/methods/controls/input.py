"""The input itself."""

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.registry import method


@method(
    "input",
    title="Input",
    family=Family.CONTROL,
    summary="What the network reads, unexplained: a map that looks no better than this one tells of the picture, not "
    "of "
    "the network.",
    paper="Adebayo et al. 2018, Sanity Checks for Saliency Maps, NeurIPS, arXiv:1810.03292, section 5 (edge detector)",
    parameters=NoParameters,
)
def input_itself(problem: Problem, _: NoParameters) -> Attribution:
    """R = x."""
    return Attribution(problem.inputs)
