"""Grad-CAM."""

from collections.abc import Iterator

import tensorflow as tf

from domain.errors import HubError, Reason
from explainer.methods.base import Attribution, Family, NoParameters, Obstacle, Problem
from explainer.methods.registry import method
from explainer.targets import mask
from network.canonical import CanonicalNetwork
from network.description import NetworkDescription, Node

_POOLS_AND_PADS = {"MaxPooling2D", "AveragePooling2D", "ZeroPadding2D", "Cropping2D", "UpSampling2D", "InputLayer"}


def _has_maps(node: Node) -> bool:
    return len(node.output_shape) == 3 and min(node.output_shape[:2]) > 1


def _map_layers(description: NetworkDescription) -> Iterator[str]:
    """Layers that give maps, the last one of convolution first: that is as far as places can be told apart."""
    found = [node for node in reversed(description.nodes) if _has_maps(node) and node.kind != "InputLayer"]
    default = next((node for node in found if node.kind not in _POOLS_AND_PADS), None)
    if default is not None:
        yield default.name
    yield from (node.name for node in found if node is not default)


def _no_maps(description: NetworkDescription) -> Obstacle | None:
    if next(_map_layers(description), None) is not None:
        return None
    return Obstacle(
        description.output.name,
        "No layer of the network gives maps with more than one place.",
        "Use gradient, integrated_gradients or an LRP rule.",
    )


def _map(network: CanonicalNetwork, inputs: tf.Tensor, units: tf.Tensor, *, node: str, layer: str) -> tf.Tensor:
    """The class activation map (batch, rows, columns) at a layer."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        maps, explained = network.outputs(inputs, layer, node)
        value = tf.reduce_sum(explained * mask(explained, units))
    weights = tf.reduce_mean(tape.gradient(value, maps), axis=[1, 2], keepdims=True)
    return tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))


@method(
    "grad_cam",
    title="Grad-CAM",
    family=Family.ACTIVATION_MAP,
    summary="Where in the picture a layer's maps speak for the class: the maps, weighted by how much the output rises "
    "with each, summed, and drawn over the picture.",
    paper="Selvaraju et al. 2017, Grad-CAM: Visual Explanations from Deep Networks via Gradient-Based Localization, "
    "ICCV, arXiv:1610.02391, eq. 1 and 2",
    parameters=NoParameters,
    signed=False,
    obstacle=_no_maps,
    layers=lambda description: list(_map_layers(description)),
)
def grad_cam(problem: Problem, _: NoParameters) -> Attribution:
    """L = max(Σ_k α_k A^k, 0) with α_k the mean over places of ∂f/∂A^k; scaled to the input, shared by its channels."""
    explained = problem.selection.node
    if all(node.name != problem.layer for node in problem.network.ancestors(explained)):
        raise HubError(
            Reason.METHOD_NOT_APPLICABLE,
            f"Nothing of the layer {problem.layer!r} reaches the layer {explained!r}, whose unit is to be explained.",
            "Choose a layer before it.",
        )
    activation_map = problem.compiled(_map, layer=problem.layer)
    height, width, channels = problem.inputs.shape[1:]
    scaled = tf.image.resize(activation_map[..., None], [height, width], method="bilinear")
    return Attribution(tf.repeat(scaled, channels, axis=-1) / channels, activation_map)
