"""The αβ-rule."""

from collections.abc import Callable
from typing import Literal

import tensorflow as tf
from pydantic import Field

from explainer.propagation.division import divided
from explainer.propagation.linear import Linear
from explainer.propagation.rules.base import (
    Bias,
    Rule,
    handed_back,
    negative,
    negative_parts,
    positive,
    positive_parts,
    total,
)
from explainer.propagation.walk import Step

Sign = Callable[[tf.Tensor], tf.Tensor]


class AlphaBeta(Rule):
    """LRP-αβ (Bach et al. 2015, eq. 60) with β = α - 1: what speaks for an output and what speaks against it apart.

    R_i = Σ_j (α (x_i w_ij)⁺ / (Σ_i (x_i w_ij)⁺ + b_j⁺) - β (x_i w_ij)⁻ / (Σ_i (x_i w_ij)⁻ + b_j⁻)) R_j.
    """

    name: Literal["alpha_beta"] = "alpha_beta"
    alpha: float = Field(default=2.0, ge=1, le=100)
    bias: Bias = Bias.FULL
    """`signed` as in the equation; `full` puts the whole b_j into both denominators, as innvestigate does."""

    def propagated(self, step: Step, layer: Linear, relevance: tf.Tensor) -> tf.Tensor:
        """The relevance of the input."""
        result = self.alpha * self._shared(step, layer, positive, relevance)
        beta = self.alpha - 1.0
        return result - beta * self._shared(step, layer, negative, relevance) if beta else result

    def _shared(self, step: Step, layer: Linear, sign: Sign, relevance: tf.Tensor) -> tf.Tensor:
        """What the products x_i w_ij of one sign get."""
        parts = positive_parts(step, layer) if sign is positive else negative_parts(step, layer)
        denominator = total(layer, parts)
        if layer.bias is not None and self.bias is not Bias.NONE:
            denominator += layer.bias if self.bias is Bias.FULL else sign(layer.bias)
        return handed_back(step, layer, parts, divided(relevance, denominator))
