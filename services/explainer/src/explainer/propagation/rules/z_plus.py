"""The z⁺-rule."""

from typing import Literal

import tensorflow as tf

from explainer.propagation.division import divided
from explainer.propagation.linear import Linear
from explainer.propagation.rules.base import Rule, handed_back, positive, positive_parts, total
from explainer.propagation.walk import Step


class ZPlus(Rule):
    """The z⁺-rule of deep Taylor decomposition (Montavon et al. 2017, arXiv:1512.02479, eq. 17), without biases.

    R_i = Σ_j x_i w_ij⁺ / Σ_i x_i w_ij⁺ R_j, which holds for x ≥ 0. Where inputs may be negative, (x_i w_ij)⁺ stands in
    place of x_i w_ij⁺, as in LRP-α1β0, unless `inputs` is "assumed_positive".
    """

    name: Literal["z_plus"] = "z_plus"
    inputs: Literal["any", "assumed_positive"] = "any"

    def propagated(self, step: Step, layer: Linear, relevance: tf.Tensor) -> tf.Tensor:
        """The relevance of the input."""
        assumed = self.inputs == "assumed_positive"
        parts = [(step.inputs[0], positive(layer.kernel))] if assumed else positive_parts(step, layer)
        return handed_back(step, layer, parts, divided(relevance, total(layer, parts)))
