"""What is explained, as tensors: one unit of one layer for each input."""

from dataclasses import dataclass

import tensorflow as tf

from domain.errors import HubError, Reason
from explainer.engine import UnitChoice
from network.canonical import CanonicalNetwork
from network.description import NetworkDescription


@dataclass(frozen=True)
class Selection:
    """The unit (batch,) of a node that is explained for each input: an output unit, or a channel of an inner layer."""

    node: str
    units: tf.Tensor


def mask(output: tf.Tensor, units: tf.Tensor) -> tf.Tensor:
    """The weights with which the outputs (batch, ..., units) sum up to the value explained.

    One for an output unit; for a channel of maps one over the number of positions, so that the value is their mean.
    """
    positions = tf.cast(tf.reduce_prod(tf.shape(output)[1:-1]), output.dtype)
    chosen = tf.one_hot(units, output.shape[-1], dtype=output.dtype)
    shape = [-1, *[1] * (len(output.shape) - 2), output.shape[-1]]
    return tf.broadcast_to(tf.reshape(chosen, shape) / positions, tf.shape(output))


def values(network: CanonicalNetwork, inputs: tf.Tensor, units: tf.Tensor, *, node: str) -> tf.Tensor:
    """The values explained (batch,)."""
    (output,) = network.outputs(inputs, node)
    return tf.reduce_sum(output * mask(output, units), axis=list(range(1, len(output.shape))))


def checked_unit(description: NetworkDescription, choice: UnitChoice) -> None:
    """Refuses a layer or unit that the network does not have.

    Raises:
        HubError: `LAYER_UNKNOWN` or `TARGET_INVALID`.
    """
    node = next((node for node in description.nodes if node.name == choice.layer), None)
    if node is None:
        raise HubError(
            Reason.LAYER_UNKNOWN,
            f"The network has no layer {choice.layer!r}.",
            "`innhub models graph` lists its layers.",
        )
    if choice.unit >= node.output_shape[-1]:
        raise HubError(
            Reason.TARGET_INVALID,
            f"The layer {choice.layer!r} has no unit {choice.unit}.",
            f"Its units are numbered from 0 to {node.output_shape[-1] - 1}.",
        )
