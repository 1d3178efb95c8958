"""How relevance and gradients pass layers that have no weights to share by.

Notation as in Bach et al. 2015, "On Pixel-Wise Explanations for Non-Linear Classifier Decisions by Layer-Wise Relevance
Propagation", PLOS ONE 10(7): x_i inputs, z_j outputs, R relevance.
"""

import tensorflow as tf

from explainer.propagation.division import divided, stabilised
from explainer.propagation.normalisation import with_fixed_spread
from explainer.propagation.walk import Propagate, Step
from network.canonical import apply


def identity(_: Step, relevance: tf.Tensor) -> list[tf.Tensor]:
    """Hands relevance through, where each output has one input of its own."""
    return [relevance]


def chain_rule(step: Step, relevance: tf.Tensor) -> list[tf.Tensor]:
    """R_i = Σ_j R_j ∂z_j/∂x_i. Also how relevance is routed by layers that only move values, or pick the largest."""
    if step.linear is not None:
        return [step.linear.transposed_product(step.linear.kernel, relevance, step.inputs[0])]
    if step.node.kind == "MaxPooling2D":
        return [_largest(step, relevance)]
    # Copies: a layer may read the same tensor twice, and each reading has a share of its own.
    seen = [tf.identity(tensor) for tensor in step.inputs]
    with tf.GradientTape() as tape:
        tape.watch(seen)
        output = apply(step.layer, tuple(seen))
    return list(tape.gradient(output, seen, output_gradients=relevance))


def proportional(step: Step, relevance: tf.Tensor) -> list[tf.Tensor]:
    """The z-rule at layers that sum or average without weights of their own: R_i = x_i Σ_j (∂z_j/∂x_i) R_j / z_j."""
    shares = chain_rule(step, divided(relevance, step.output))
    return [seen * share for seen, share in zip(step.inputs, shares, strict=True)]


def gated(step: Step, relevance: tf.Tensor) -> list[tf.Tensor]:
    """A product: the signal takes all and its gate nothing; factors of equal rank share equally.

    Arras et al. 2017, "Explaining Recurrent Neural Network Predictions in Sentiment Analysis", arXiv:1706.07206,
    section 3.1 (signal-take-all); Achtibat et al. 2024, "AttnLRP", arXiv:2402.05602, proposition 3.3 (equal shares).
    """
    signals = [not gate for gate in step.gates]
    taking = signals if any(signals) else [True] * len(signals)
    return [
        spread_back(relevance / sum(taking), seen) if takes else tf.zeros_like(seen)
        for seen, takes in zip(step.inputs, taking, strict=True)
    ]


def normalising(stabiliser: float) -> Propagate:
    """LRP-ε at a layer that divides by the spread of what it reads, which counts as a constant.

    Ali et al. 2022, "XAI for Transformers: Better Explanations through Conservative Propagation", arXiv:2202.07304, eq.
    13. What remains, z = γ (x - mean x) / σ + β, is linear: R_i = x_i Σ_j (∂z_j/∂x_i) R_j / (z_j + ε sign z_j), with σ
    held fixed in the derivative.
    """

    def propagate(step: Step, relevance: tf.Tensor) -> list[tf.Tensor]:
        (seen,) = step.inputs
        with tf.GradientTape() as tape:
            tape.watch(seen)
            output = with_fixed_spread(step, seen)
        shares = relevance / stabilised(step.output, stabiliser)
        return [seen * tape.gradient(output, seen, output_gradients=shares)]

    return propagate


def _largest(step: Step, relevance: tf.Tensor) -> tf.Tensor:
    """The chain rule at a maximum over windows, without looking for the winners again."""
    layer = step.layer
    return tf.raw_ops.MaxPoolGrad(
        orig_input=step.inputs[0],
        orig_output=step.output,
        grad=relevance,
        ksize=[1, *layer.pool_size, 1],
        strides=[1, *layer.strides, 1],
        padding=layer.padding.upper(),
    )


def spread_back(relevance: tf.Tensor, seen: tf.Tensor) -> tf.Tensor:
    """The sum over the places that an input was spread to."""
    spread = [axis for axis in range(1, len(seen.shape)) if seen.shape[axis] == 1 and relevance.shape[axis] != 1]
    return tf.reduce_sum(relevance, axis=spread, keepdims=True) if spread else relevance
