"""The w²-rule."""

from typing import Literal

import tensorflow as tf

from explainer.propagation.division import divided
from explainer.propagation.linear import Linear
from explainer.propagation.rules.base import Rule, handed_back, total
from explainer.propagation.walk import Step


class WSquare(Rule):
    """The w²-rule (Montavon et al. 2017, arXiv:1512.02479, eq. 12), for inputs without bounds: R_i = Σ_j w_ij² / Σ_i
    w_ij² R_j."""

    name: Literal["w_square"] = "w_square"

    def propagated(self, step: Step, layer: Linear, relevance: tf.Tensor) -> tf.Tensor:
        """The relevance of the input."""
        parts = [(tf.ones_like(step.inputs[0]), tf.square(layer.kernel))]
        return handed_back(step, layer, parts, divided(relevance, total(layer, parts)))
