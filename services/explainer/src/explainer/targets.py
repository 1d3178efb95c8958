"""What is explained, as tensors: for each input a weighted sum of the outputs of one layer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import tensorflow as tf

from domain.errors import HubError, Reason
from domain.manifests import Head
from explainer.engine import FloatArray, UnitChoice
from network.canonical import CanonicalNetwork
from network.description import NetworkDescription, Node


@dataclass(frozen=True)
class Selection:
    """The value that is explained for each input: f = Σ z ⊙ weights, with z the output of `node`.

    `weights` are (batch, ...) in the shape of that output: one-hot for a class, the same share at each place for a
    channel of maps, several ones for several classes at once.
    """

    node: str
    weights: tf.Tensor

    def rows(self, indices: tf.Tensor) -> "Selection":
        """The selection for other inputs: row k is explained as row `indices[k]` is here."""
        return replace(self, weights=tf.gather(self.weights, indices))


def selection(description: NetworkDescription, choices: Sequence[UnitChoice]) -> Selection:
    """The selection for a choice an input; all of them are at one layer.

    Raises:
        HubError: `LAYER_UNKNOWN` or `TARGET_INVALID` for a layer, unit or place that the network does not have.
    """
    node = _node(description, choices[0].layer)
    return Selection(node.name, tf.constant(np.stack([unit_weights(node, choice) for choice in choices])))


def unit_weights(node: Node, choice: UnitChoice) -> FloatArray:
    """The weights of one choice, in the shape of the layer's output.

    Raises:
        HubError: `TARGET_INVALID` for a unit or place that the layer does not have.
    """
    *places, units = node.output_shape
    for unit in choice.units:
        if not 0 <= unit < units:
            raise HubError(
                Reason.TARGET_INVALID,
                f"The layer {node.name!r} has no unit {unit}.",
                f"Its units are numbered from 0 to {units - 1}.",
            )
    weights = np.zeros(node.output_shape, np.float32)
    chosen = list(choice.units) if choice.units else slice(None)
    if choice.position is None:
        weights[..., chosen] = 1.0 / np.prod(places, dtype=np.float64)
        return weights
    if len(places) != 2 or not all(0 <= at < side for at, side in zip(choice.position, places, strict=True)):
        raise HubError(
            Reason.TARGET_INVALID,
            f"The layer {node.name!r} has no place {list(choice.position)}: its output has the shape "
            f"{node.output_shape}.",
            "Leave the position out, or name a row and a column of its maps.",
        )
    weights[choice.position][chosen] = 1.0
    return weights


def values(network: CanonicalNetwork, inputs: tf.Tensor, weights: tf.Tensor, *, node: str) -> tf.Tensor:
    """The values explained (batch,)."""
    (output,) = network.outputs(inputs, node)
    return weighted_sum(output, weights)


def score_values(
    network: CanonicalNetwork, inputs: tf.Tensor, weights: tf.Tensor, *, node: str, head: Head
) -> tf.Tensor:
    """As `values`, but of the scores in [0, 1] that the head makes of the logits (batch,)."""
    (output,) = network.outputs(inputs, node)
    return weighted_sum(tf.sigmoid(output) if head is Head.SIGMOID else tf.nn.softmax(output), weights)


def weighted_sum(output: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """Σ z ⊙ weights (batch,)."""
    return tf.reduce_sum(output * weights, axis=list(range(1, len(output.shape))))


def _node(description: NetworkDescription, layer: str) -> Node:
    node = next((node for node in description.nodes if node.name == layer), None)
    if node is None:
        raise HubError(
            Reason.LAYER_UNKNOWN, f"The network has no layer {layer!r}.", "`innhub models graph` lists its layers."
        )
    return node
