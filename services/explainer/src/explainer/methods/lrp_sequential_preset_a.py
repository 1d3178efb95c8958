"""LRP preset A: the rule that suits each depth."""

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


class PresetAParameters(Parameters):
    """What can be set."""

    epsilon: float = Field(default=0.1, gt=0, le=1, description="The stabiliser at dense layers.")
    bias: rules.Bias = Field(
        default=rules.Bias.FULL,
        description="What the αβ rule shares with a layer's bias: 'full' as innvestigate does, from which the preset "
        "comes; 'positive' only its positive part, as in the paper of LRP.",
    )


_NORMALISATION_STABILISER = 1e-7


def _walk(
    network: CanonicalNetwork, inputs: tf.Tensor, units: tf.Tensor, *, node: str, epsilon: float, bias: rules.Bias
) -> tf.Tensor:
    composite = relevance_rules(
        dense=rules.epsilon(epsilon),
        convolution=rules.alpha_one_beta_zero(bias),
        stabiliser=_NORMALISATION_STABILISER,
    )
    return backward(network, inputs, node, lambda output: output * mask(output, units), composite)


@method(
    "lrp.sequential_preset_a",
    title="LRP preset A",
    family=Family.RELEVANCE,
    summary="LRP with the ε rule at dense layers and the αβ rule (α = 1, β = 0) at convolutions: calm maps of what "
    "speaks for the class.",
    paper="Lapuschkin et al. 2017, Understanding and Comparing Deep Neural Networks for Age and Gender Classification, "
    "arXiv:1708.07689; rules of Bach et al. 2015, eq. 58 and 60",
    parameters=PresetAParameters,
    obstacle=has_rule_for_every_layer,
)
def lrp_sequential_preset_a(problem: Problem, parameters: PresetAParameters) -> Attribution:
    """LRP-ε at dense layers, LRP-α1β0 at convolutions."""
    return Attribution(problem.compiled(_walk, epsilon=parameters.epsilon, bias=parameters.bias))
