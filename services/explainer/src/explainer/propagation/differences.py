"""DeepLIFT's multipliers: how differences from a baseline pass each layer.

Shrikumar, Greenside, Kundaje 2017, "Learning Important Features Through Propagating Activation Differences",
arXiv:1704.02685. The walk goes forward with inputs and baselines as one batch, and back with a multiplier
m = (contribution to Δf) / Δ for each value; R = m ⊙ Δx then adds up to Δf.
"""

from dataclasses import replace

import tensorflow as tf

from explainer.propagation.linear import LINEAR_KINDS, NORMALISATION
from explainer.propagation.passing import chain_rule, spread_back
from explainer.propagation.walk import Propagate, Step, backward, forward
from network.canonical import CanonicalNetwork
from network.description import Node

_TINY = 1e-6
_ELEMENTWISE = {"Activation", "ReLU", "LeakyReLU", "ELU", "PReLU"}
_LARGEST = {"MaxPooling2D", "GlobalMaxPooling2D"}
_MOVING = {
    *("Add", "Subtract", "Average", "Concatenate", "ZeroPadding2D", "Cropping2D", "CenterCrop", "Flatten", "Reshape"),
    *("AveragePooling2D", "GlobalAveragePooling2D", "UpSampling2D", "Resizing", "Rescaling"),
}


def contributions(
    network: CanonicalNetwork, inputs: tf.Tensor, weights: tf.Tensor, baselines: tf.Tensor, *, node: str
) -> tf.Tensor:
    """How much each value of the inputs contributes to f(x) - f(x'), in the shape of the inputs."""
    steps = forward(network, tf.concat([inputs, baselines], axis=0), node)
    return (inputs - baselines) * backward(steps, node, weights, _multipliers)


def passes_differences(node: Node) -> bool:
    """Whether there is a rule for a layer."""
    known = {*LINEAR_KINDS, NORMALISATION, *_ELEMENTWISE, *_LARGEST, *_MOVING, "Multiply", "InputLayer"}
    return node.kind in known and node.arguments.get("activation") != "softmax"


def _multipliers(step: Step) -> Propagate:
    if step.node.kind in _ELEMENTWISE:
        return _rescaled
    if step.node.kind in _LARGEST:
        return _of_largest
    return _of_product if step.node.kind == "Multiply" else _of_linear


def _of_linear(step: Step, multiplier: tf.Tensor) -> list[tf.Tensor]:
    """The linear rule: multipliers pass like derivatives (section 3.5.1)."""
    return chain_rule(_of_inputs(step), multiplier)


def _rescaled(step: Step, multiplier: tf.Tensor) -> list[tf.Tensor]:
    """The rescale rule (section 3.5.2): m Δy / Δx; where the two meet, its limit, the derivative."""
    (change,), (output_change,) = _changes(step.inputs), _changes((step.output,))
    (limit,) = chain_rule(_of_inputs(step), multiplier)
    meets = tf.abs(change) < _TINY
    return [tf.where(meets, limit, multiplier * output_change / tf.where(meets, 1.0, change))]


def _of_largest(step: Step, multiplier: tf.Tensor) -> list[tf.Tensor]:
    """At a maximum over places: what it rises above the larger of both maxima's lower one goes to the winner.

    If the maximum is larger than that of the baseline, the place where it lies takes the difference; if it is smaller,
    the place where the baseline had its own takes it. Both places differ from their baseline by at least as much.
    """
    largest, largest_before = tf.split(step.output, 2)
    top = tf.maximum(largest, largest_before)
    gains = multiplier * (top - largest_before), multiplier * (largest - top)
    (routed,) = chain_rule(step, tf.concat(gains, axis=0))
    gained, lost = tf.split(routed, 2)
    (change,) = _changes(step.inputs)
    meets = tf.abs(change) < _TINY
    return [tf.where(meets, 0.0, (gained + lost) / tf.where(meets, 1.0, change))]


def _of_product(step: Step, multiplier: tf.Tensor) -> list[tf.Tensor]:
    """At a product of two: Δ(xg) = Δx (g + g')/2 + Δg (x + x')/2, which shares the joint change equally."""
    first, second = (tf.add_n(tf.split(tensor, 2)) / 2.0 for tensor in step.inputs)
    halves = _of_inputs(step).inputs
    return [spread_back(multiplier * second, halves[0]), spread_back(multiplier * first, halves[1])]


def _of_inputs(step: Step) -> Step:
    """The step as the inputs alone made it, without their baselines."""
    inputs = tuple(tf.split(tensor, 2)[0] for tensor in step.inputs)
    return replace(step, inputs=inputs, output=tf.split(step.output, 2)[0])


def _changes(tensors: tuple[tf.Tensor, ...]) -> list[tf.Tensor]:
    pairs = [tf.split(tensor, 2) for tensor in tensors]
    return [now - before for now, before in pairs]
