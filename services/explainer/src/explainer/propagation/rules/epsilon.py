"""The ε-rule."""

from typing import Literal

import tensorflow as tf
from pydantic import Field

from explainer.propagation.division import stabilised
from explainer.propagation.linear import Linear
from explainer.propagation.rules.base import Rule
from explainer.propagation.walk import Step


class Epsilon(Rule):
    """LRP-ε (Bach et al. 2015, eq. 58): R_i = x_i Σ_j w_ij R_j / (z_j + ε sign z_j), with sign 0 = 1."""

    name: Literal["epsilon"] = "epsilon"
    epsilon: float = Field(default=1e-7, gt=0, le=1e6)
    bias: bool = True
    """Whether biases take their share; without, z_j = Σ_i x_i w_ij."""

    def propagated(self, step: Step, layer: Linear, relevance: tf.Tensor) -> tf.Tensor:
        """The relevance of the input."""
        shares = relevance / stabilised(preactivation(step, layer, bias=self.bias), self.epsilon)
        return step.inputs[0] * layer.transposed_product(layer.kernel, shares, step.inputs[0])


def preactivation(step: Step, layer: Linear, *, bias: bool) -> tf.Tensor:
    """z of the layer, which the walk has kept; without the bias, what the inputs alone make of it."""
    return step.output if bias or layer.bias is None else step.output - layer.bias
