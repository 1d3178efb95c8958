"""LRP with the epsilon rule at every layer."""

import tensorflow as tf
from pydantic import Field

from explainer.methods.base import Attribution, Family, Parameters, Problem
from explainer.methods.registry import method
from explainer.propagation import rules
from explainer.propagation.composites import relevance_rules
from explainer.propagation.preconditions import has_rule_for_every_layer
from explainer.propagation.walk import backward
from explainer.targets import mask
from network.canonical import CanonicalNetwork


class EpsilonParameters(Parameters):
    """What can be set."""

    epsilon: float = Field(
        default=1e-7, gt=0, le=1, description="The stabiliser: larger values absorb weak and contradictory relevance."
    )


def _walk(network: CanonicalNetwork, inputs: tf.Tensor, units: tf.Tensor, *, node: str, epsilon: float) -> tf.Tensor:
    rule = rules.epsilon(epsilon)
    composite = relevance_rules(dense=rule, convolution=rule, stabiliser=epsilon)
    return backward(network, inputs, node, lambda output: output * mask(output, units), composite)


@method(
    "lrp.epsilon",
    title="LRP-ε",
    family=Family.RELEVANCE,
    summary="The output's value is handed back layer by layer, to each input in proportion to its contribution. The "
    "relevance of all pixels adds up to the output, but for what biases took.",
    paper="Bach et al. 2015, On Pixel-Wise Explanations by Layer-Wise Relevance Propagation, PLOS ONE 10(7), eq. 58",
    parameters=EpsilonParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_epsilon(problem: Problem, parameters: EpsilonParameters) -> Attribution:
    """R_i = x_i Σ_j w_ij R_j / (z_j + ε sign z_j) at every layer."""
    return Attribution(problem.compiled(_walk, epsilon=parameters.epsilon))
