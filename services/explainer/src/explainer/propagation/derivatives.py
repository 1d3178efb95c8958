"""Derivatives of the value explained, by the walk: one product and one transposed product a layer."""

import tensorflow as tf

from explainer.propagation.gradients import derivative
from explainer.propagation.walk import backward, forward
from network.canonical import CanonicalNetwork


def input_gradient(network: CanonicalNetwork, inputs: tf.Tensor, weights: tf.Tensor, *, node: str) -> tf.Tensor:
    """∂f/∂x in the shape of the inputs, f being the value explained."""
    return backward(forward(network, inputs, node), node, weights, derivative)


def maps_and_gradient(
    network: CanonicalNetwork, inputs: tf.Tensor, weights: tf.Tensor, *, node: str, layer: str
) -> tuple[tf.Tensor, tf.Tensor]:
    """The output A of a layer, and ∂f/∂A in its shape."""
    steps = forward(network, inputs, node, layer)
    return steps[layer].output, backward(steps, node, weights, derivative, until=layer)
