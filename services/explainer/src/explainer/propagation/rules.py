"""Rules of propagation: from the relevance of a layer's output to that of its inputs.

Notation as in Bach et al. 2015, "On Pixel-Wise Explanations for Non-Linear Classifier Decisions by Layer-Wise Relevance
Propagation", PLOS ONE 10(7): x_i inputs, z_j = Σ_i x_i w_ij + b_j outputs of a linear layer, R relevance.
"""

from enum import StrEnum

import tensorflow as tf

from explainer.propagation.linear import bias, kernel, product, transposed_product
from explainer.propagation.walk import Rule, Step

_TINY = 1e-7


def identity(_: Step, relevance: tf.Tensor) -> list[tf.Tensor]:
    """Hands relevance through, as LRP does at activations."""
    return [relevance]


def gradient(step: Step, relevance: tf.Tensor) -> list[tf.Tensor]:
    """The chain rule: R_i = Σ_j R_j ∂z_j/∂x_i. Also how relevance is routed by layers that only move values."""
    # Copies: a layer may read the same tensor twice, and each reading has a share of its own.
    seen = [tf.identity(tensor) for tensor in step.inputs]
    with tf.GradientTape() as tape:
        tape.watch(seen)
        output = step.layer(seen if len(seen) > 1 else seen[0], training=False)
    return list(tape.gradient(output, seen, output_gradients=relevance))


def linear_gradient(step: Step, relevance: tf.Tensor) -> list[tf.Tensor]:
    """The chain rule at a linear layer: R = Wᵀ R, without running the layer again."""
    return [transposed_product(step, kernel(step), relevance)]


def guided(step: Step, relevance: tf.Tensor) -> list[tf.Tensor]:
    """Guided backpropagation at a ReLU: the chain rule for positive relevance only.

    Springenberg et al. 2014, "Striving for Simplicity: The All Convolutional Net", arXiv:1412.6806, section 3.4.
    """
    return gradient(step, tf.nn.relu(relevance))


def proportional(step: Step, relevance: tf.Tensor) -> list[tf.Tensor]:
    """The z-rule at layers that sum or average without weights of their own: R_i = x_i Σ_j (∂z_j/∂x_i) R_j / z_j."""
    shares = gradient(step, divided(relevance, step.output))
    return [seen * share for seen, share in zip(step.inputs, shares, strict=True)]


def epsilon(stabiliser: float) -> Rule:
    """LRP-ε (Bach et al. 2015, eq. 58): R_i = x_i Σ_j w_ij R_j / (z_j + ε sign z_j), with sign 0 = 1."""

    def rule(step: Step, relevance: tf.Tensor) -> list[tf.Tensor]:
        shares = relevance / stabilised(step.output, stabiliser)
        return [step.inputs[0] * transposed_product(step, kernel(step), shares)]

    return rule


class Bias(StrEnum):
    """How much of a bias stands in the denominator of the αβ rule."""

    FULL = "full"
    POSITIVE = "positive"


def alpha_one_beta_zero(counted_bias: Bias) -> Rule:
    """LRP-αβ with α = 1, β = 0 (Bach et al. 2015, eq. 60): only what speaks for the output counts.

    R_i = Σ_j (x_i w_ij)⁺ / (Σ_i (x_i w_ij)⁺ + b_j⁺) R_j. The positive products are those of the positive inputs with
    the positive weights and of the negative with the negative; where no input can be negative, the second half is left
    out. innvestigate has the full bias b_j in place of b_j⁺.
    """

    def rule(step: Step, relevance: tf.Tensor) -> list[tf.Tensor]:
        seen, weights, offset = step.inputs[0], kernel(step), bias(step)
        positive_weights, negative_weights = tf.nn.relu(weights), -tf.nn.relu(-weights)
        positive, negative = tf.nn.relu(seen), -tf.nn.relu(-seen)
        total = product(step, positive, positive_weights)
        if not step.nonnegative_inputs:
            total += product(step, negative, negative_weights)
        if offset is not None:
            total += offset if counted_bias is Bias.FULL else tf.nn.relu(offset)
        shares = divided(relevance, total)
        result = positive * transposed_product(step, positive_weights, shares)
        if not step.nonnegative_inputs:
            result += negative * transposed_product(step, negative_weights, shares)
        return [result]

    return rule


def normalisation(stabiliser: float) -> Rule:
    """LRP-ε at a BatchNormalization, which at inference is z = s x + t with s = γ / √(σ² + ε_BN): R = s x R / z."""

    def rule(step: Step, relevance: tf.Tensor) -> list[tf.Tensor]:
        layer, seen = step.layer, step.inputs[0]
        scale = tf.math.rsqrt(layer.moving_variance + layer.epsilon)
        if layer.scale:
            scale *= layer.gamma
        shape = [1] * (len(seen.shape) - 1)
        shape.insert(layer.axis % len(seen.shape), -1)
        return [tf.reshape(scale, shape) * seen * relevance / stabilised(step.output, stabiliser)]

    return rule


def rescaling(stabiliser: float) -> Rule:
    """LRP-ε at a Rescaling, z = s x + t: R = s x R / z."""

    def rule(step: Step, relevance: tf.Tensor) -> list[tf.Tensor]:
        scale = tf.constant(step.node.arguments["scale"], tf.float32)
        return [scale * step.inputs[0] * relevance / stabilised(step.output, stabiliser)]

    return rule


def stabilised(values: tf.Tensor, stabiliser: float) -> tf.Tensor:
    """z + ε sign z, with sign 0 = 1."""
    return values + stabiliser * tf.where(values >= 0, 1.0, -1.0)


def divided(numerator: tf.Tensor, denominator: tf.Tensor) -> tf.Tensor:
    """The quotient; where the denominator is zero, that of a tiny one."""
    return numerator / tf.where(denominator == 0, _TINY, denominator)
