"""What the units inside a network answer: for single samples, and for whole shards in runs. Lives in a child process.

A unit of a layer with maps is a channel: its value is the mean over all positions, as it is where one is explained.
"""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from domain.errors import HubError, Reason
from imaging import feature_maps
from imaging.arrays import Floats, to_npy
from inference.layer_activations import LayerActivations, UnitActivation
from inputs.reading import Inputs
from network.cache import NetworkCache
from network.canonical import CanonicalNetwork

_MAPS_SHOWN = 16


class Activations:
    """Activations inside the networks of a catalogue.

    Args:
        networks: those that are loaded.
        inputs: what they read.
    """

    def __init__(self, networks: NetworkCache, inputs: Inputs) -> None:
        self._networks = networks
        self._inputs = inputs

    def sample(self, workspace: str, model: str, dataset: str, sample: int, layer: str, limit: int) -> LayerActivations:
        """The units of a layer that answer most strongly to a sample, at most `limit`.

        Raises:
            HubError: `LAYER_UNKNOWN`; or model, data set or sample do not exist, or the picture cannot be read.
        """
        output = self._output(workspace, model, dataset, sample, layer)
        return strongest(layer, output, limit)

    def maps(
        self, workspace: str, model: str, dataset: str, sample: int, layer: str, units: Sequence[int], size: int
    ) -> bytes:
        """The maps of units of a layer for a sample as a PNG with tiles of `size` pixels; none means the strongest.

        Raises:
            HubError: as `sample`, and `ARGUMENT_INVALID` for a layer without maps or a unit that it does not have.
        """
        output = self._output(workspace, model, dataset, sample, layer)
        if output.ndim != 3:
            raise HubError(
                Reason.ARGUMENT_INVALID,
                f"The layer {layer!r} has no maps: its output has the shape {output.shape}.",
                "Read its activations instead.",
            )
        for unit in units:
            if not 0 <= unit < output.shape[-1]:
                raise HubError(
                    Reason.ARGUMENT_INVALID,
                    f"The layer {layer!r} has no unit {unit}.",
                    f"Its units are numbered from 0 to {output.shape[-1] - 1}.",
                )
        chosen = list(units) or [entry.unit for entry in strongest(layer, output, _MAPS_SHOWN).units]
        return feature_maps.grid(np.moveaxis(output[..., chosen], -1, 0), size=size)

    def shard(self, workspace: str, model: str, dataset: str, shard: int, layer: str) -> tuple[bytes, int]:
        """What every unit of a layer answers to the samples of a shard.

        Returns:
            The part as `Layout.activation_part` says, and how many samples it holds.

        Raises:
            HubError: `LAYER_UNKNOWN`.
        """
        network = self._networks.get(workspace, model)
        means = network.compiled(unit_means, layer=network.node(layer).name)
        batches = self._inputs.shard(workspace, model, dataset, shard)
        rows = np.concatenate([np.asarray(means(tf.constant(batch.inputs)), np.float32) for batch in batches])
        return to_npy(rows), len(rows)

    def _output(self, workspace: str, model: str, dataset: str, sample: int, layer: str) -> Floats:
        """The output of a layer for one sample: (height, width, units), or (units,)."""
        inputs = self._inputs.sample(workspace, model, dataset, sample).inputs
        (output,) = self._networks.get(workspace, model).outputs(tf.constant(inputs), layer)
        return np.asarray(output[0], np.float32)


def unit_means(network: CanonicalNetwork, inputs: tf.Tensor, *, layer: str) -> tf.Tensor:
    """The value of every unit (batch, units) for inputs (batch, height, width, channels)."""
    (output,) = network.outputs(inputs, layer)
    return position_means(output)


def position_means(output: tf.Tensor) -> tf.Tensor:
    """The mean over all positions (batch, units) of the output of a layer (batch, ..., units)."""
    return tf.reduce_mean(output, axis=list(range(1, len(output.shape) - 1)))


def strongest(layer: str, output: Floats, limit: int) -> LayerActivations:
    """The units with the largest means, from the output of a layer (..., units) for one sample."""
    positions = tuple(range(output.ndim - 1))
    means, maxima = output.mean(axis=positions), output.max(axis=positions)
    order = np.argsort(-means, kind="stable")[:limit]
    units = (UnitActivation(int(unit), float(means[unit]), float(maxima[unit])) for unit in order)
    return LayerActivations(layer, output.shape, tuple(units))
