"""The z^B-rule."""

from typing import Literal

import tensorflow as tf

from explainer.propagation.division import divided
from explainer.propagation.linear import Linear
from explainer.propagation.rules.base import Rule, handed_back, negative, positive, total
from explainer.propagation.walk import Step


class ZBox(Rule):
    """The z^B-rule (Montavon et al. 2017, arXiv:1512.02479, eq. 13) for inputs in a box l ≤ x ≤ h, as pixels are.

    R_i = Σ_j (x_i w_ij - l_i w_ij⁺ - h_i w_ij⁻) / Σ_i (x_i w_ij - l_i w_ij⁺ - h_i w_ij⁻) R_j.
    """

    name: Literal["z_box"] = "z_box"
    low: tuple[float, ...] | None = None
    """l for each channel, or one for all; none stands for what the network reads for black or white pixels."""
    high: tuple[float, ...] | None = None
    """h, likewise."""

    def propagated(self, step: Step, layer: Linear, relevance: tf.Tensor) -> tf.Tensor:
        """The relevance of the input."""
        assert self.low is not None, "the composite knows the range of the pixels"
        assert self.high is not None, "the composite knows the range of the pixels"
        seen, kernel = step.inputs[0], layer.kernel
        parts = [
            (seen, kernel),
            (tf.zeros_like(seen) - tf.constant(self.low), positive(kernel)),
            (tf.zeros_like(seen) - tf.constant(self.high), negative(kernel)),
        ]
        return handed_back(step, layer, parts, divided(relevance, total(layer, parts)))
