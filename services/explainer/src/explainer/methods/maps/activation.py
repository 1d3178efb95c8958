"""The activation of a layer or a unit, drawn over the picture."""

import tensorflow as tf

from explainer.methods.base import Attribution, Family, NoParameters, Problem
from explainer.methods.maps.drawing import drawn, has_maps, map_layers, no_maps
from explainer.methods.registry import method
from network.canonical import CanonicalNetwork


@method(
    "activation",
    title="Activation",
    family=Family.INNER_VIEW,
    summary="What a layer answers at each place: the map of the unit that is the target, or the mean of all maps of "
    "the "
    "layer chosen where the target is a class.",
    paper="Garcea et al. 2020, iNNvestigate-GUI, ANNPR, section 4.2 (activation of a layer or neuron)",
    parameters=NoParameters,
    obstacle=no_maps,
    layers=map_layers,
)
def activation(problem: Problem, _: NoParameters) -> Attribution:
    """L = Σ_k A^k over the units explained; for a class, 1/n Σ_k A^k over the n units of the layer."""
    if has_maps(problem.network.node(problem.selection.node)):
        return drawn(problem, problem.compiled(_chosen))
    return drawn(problem, problem.compiled(_mean, layer=problem.layer))


def _chosen(network: CanonicalNetwork, inputs: tf.Tensor, weights: tf.Tensor, *, node: str) -> tf.Tensor:
    (maps,) = network.outputs(inputs, node)
    units = tf.cast(tf.reduce_max(weights, axis=[1, 2], keepdims=True) > 0, maps.dtype)
    return tf.reduce_sum(maps * units, axis=-1)


def _mean(network: CanonicalNetwork, inputs: tf.Tensor, weights: tf.Tensor, *, node: str, layer: str) -> tf.Tensor:
    del node, weights
    return tf.reduce_mean(network.outputs(inputs, layer)[0], axis=-1)
