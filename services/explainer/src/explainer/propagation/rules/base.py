"""What a rule is, and what all rules are made of."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar

import tensorflow as tf
from pydantic import BaseModel, ConfigDict

from explainer.propagation.linear import Linear
from explainer.propagation.walk import Step

Part = tuple[tf.Tensor, tf.Tensor]
"""Inputs and weights that a rule puts in place of the layer's own."""


class Rule(BaseModel, ABC):
    """A rule for linear layers, with its parameters."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")

    def __call__(self, step: Step, relevance: tf.Tensor) -> list[tf.Tensor]:
        """From the relevance of a layer's output to that of its input, (batch, ...) both."""
        assert step.linear is not None, "composites give these rules to linear layers only"
        return [self.propagated(step, step.linear, relevance)]

    @abstractmethod
    def propagated(self, step: Step, layer: Linear, relevance: tf.Tensor) -> tf.Tensor:
        """The relevance of the input."""


class Bias(StrEnum):
    """How much of a bias stands in the denominators of the αβ rule."""

    FULL = "full"
    SIGNED = "signed"
    NONE = "none"


def total(layer: Linear, parts: Sequence[Part]) -> tf.Tensor:
    """Σ x W over the parts."""
    return tf.add_n([layer.product(inputs, kernel) for inputs, kernel in parts])


def handed_back(step: Step, layer: Linear, parts: Sequence[Part], shares: tf.Tensor) -> tf.Tensor:
    """Σ x ⊙ Wᵀ s over the parts: what each input gets if each output gives the share s_j for a unit of x_i w_ij."""
    like = step.inputs[0]
    return tf.add_n([inputs * layer.transposed_product(kernel, shares, like) for inputs, kernel in parts])


def positive_parts(step: Step, layer: Linear) -> list[Part]:
    """The parts that make up (x_i w_ij)⁺: positive inputs with positive weights, and negative with negative."""
    return by_sign(step, positive(layer.kernel), negative(layer.kernel))


def negative_parts(step: Step, layer: Linear) -> list[Part]:
    """The parts that make up (x_i w_ij)⁻: positive inputs with negative weights, and negative with positive."""
    return by_sign(step, negative(layer.kernel), positive(layer.kernel))


def by_sign(step: Step, for_positive: tf.Tensor, for_negative: tf.Tensor) -> list[Part]:
    """One kernel for the positive inputs and one for the negative; where there are no negative ones, one part."""
    (seen,) = step.inputs
    if step.nonnegative_inputs:
        return [(seen, for_positive)]
    return [(positive(seen), for_positive), (negative(seen), for_negative)]


def positive(values: tf.Tensor) -> tf.Tensor:
    """x⁺."""
    return tf.nn.relu(values)


def negative(values: tf.Tensor) -> tf.Tensor:
    """x⁻."""
    return tf.minimum(values, 0.0)
