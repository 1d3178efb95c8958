"""The z-rule."""

from typing import Literal

import tensorflow as tf

from explainer.propagation.division import divided
from explainer.propagation.linear import Linear
from explainer.propagation.rules.base import Rule
from explainer.propagation.rules.epsilon import preactivation
from explainer.propagation.walk import Step


class Z(Rule):
    """LRP-z (Bach et al. 2015, eq. 56), also called LRP-0: R_i = x_i Σ_j w_ij R_j / z_j."""

    name: Literal["z"] = "z"
    bias: bool = True
    """Whether biases take their share; without, z_j = Σ_i x_i w_ij."""

    def propagated(self, step: Step, layer: Linear, relevance: tf.Tensor) -> tf.Tensor:
        """The relevance of the input."""
        shares = divided(relevance, preactivation(step, layer, bias=self.bias))
        return step.inputs[0] * layer.transposed_product(layer.kernel, shares, step.inputs[0])
