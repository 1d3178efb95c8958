"""Input x gradient."""

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.registry import method
from explainer.propagation.derivatives import input_gradient


@method(
    "input_times_gradient",
    title="Input x gradient",
    family=Family.GRADIENT,
    summary="The gradient times the input: how much each pixel, as it is, contributes to the output to first order.",
    paper="Shrikumar et al. 2016, Not Just a Black Box, arXiv:1605.01713",
    parameters=NoParameters,
)
def input_times_gradient(problem: Problem, _: NoParameters) -> Attribution:
    """R = x ⊙ ∂f/∂x."""
    return Attribution(problem.inputs * problem.compiled(input_gradient))
