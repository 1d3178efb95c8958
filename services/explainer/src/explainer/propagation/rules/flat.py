"""The flat rule."""

from typing import Literal

import tensorflow as tf

from explainer.propagation.division import divided
from explainer.propagation.linear import Linear
from explainer.propagation.rules.base import Rule, handed_back, total
from explainer.propagation.walk import Step


class Flat(Rule):
    """LRP-flat (Lapuschkin et al. 2019, arXiv:1902.10178, supplement): each input of an output gets the same.

    R_i = Σ_j R_j / n_j with n_j how many inputs the output j has: the ε-rule with all inputs and weights one.
    """

    name: Literal["flat"] = "flat"

    def propagated(self, step: Step, layer: Linear, relevance: tf.Tensor) -> tf.Tensor:
        """The relevance of the input."""
        parts = [(tf.ones_like(step.inputs[0]), tf.ones_like(layer.kernel))]
        return handed_back(step, layer, parts, divided(relevance, total(layer, parts)))
