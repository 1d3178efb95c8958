"""The γ-rule."""

from typing import Literal

import tensorflow as tf
from pydantic import Field

from explainer.propagation.division import divided
from explainer.propagation.linear import Linear
from explainer.propagation.rules.base import Rule, by_sign, handed_back, negative, positive, total
from explainer.propagation.walk import Step


class Gamma(Rule):
    """LRP-γ (Montavon et al. 2019, "Layer-Wise Relevance Propagation: An Overview", section 10.2.3).

    R_i = Σ_j x_i (w_ij + γ w_ij⁺) / (b_j + γ b_j⁺ + Σ_i x_i (w_ij + γ w_ij⁺)) R_j for x ≥ 0 and z_j ≥ 0. Elsewhere the
    weights that are raised are those that drive z_j further from zero: w⁻ for a negative input or a negative output, w⁺
    for both (Andéol et al. 2023, "Learning Domain Invariant Representations by Joint Wasserstein Distance
    Minimization", appendix).
    """

    name: Literal["gamma"] = "gamma"
    gamma: float = Field(default=0.25, ge=0, le=100)

    def propagated(self, step: Step, layer: Linear, relevance: tf.Tensor) -> tf.Tensor:
        """The relevance of the input."""
        if step.stage.rectified:
            # Where the output is negative the ReLU behind it gives zero, and hardly any rule hands back to that.
            return self._shared(step, layer, relevance, outputs_negative=False)
        above = step.output >= 0
        speaking_for = self._shared(step, layer, tf.where(above, relevance, 0.0), outputs_negative=False)
        return speaking_for + self._shared(step, layer, tf.where(above, 0.0, relevance), outputs_negative=True)

    def _shared(self, step: Step, layer: Linear, relevance: tf.Tensor, *, outputs_negative: bool) -> tf.Tensor:
        favoured, other = (negative, positive) if outputs_negative else (positive, negative)
        kernel, bias = layer.kernel, layer.bias
        parts = by_sign(step, kernel + self.gamma * favoured(kernel), kernel + self.gamma * other(kernel))
        denominator = total(layer, parts)
        if bias is not None:
            denominator += bias + self.gamma * favoured(bias)
        return handed_back(step, layer, parts, divided(relevance, denominator))
