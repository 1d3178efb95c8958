"""What class activation maps have in common: the layers where they can be taken, and how they become relevance."""

from collections.abc import Iterator

import tensorflow as tf

from domain.errors import HubError, Reason
from explainer.methods.base import Attribution, Obstacle, Problem
from explainer.methods.gradients.gradient import over_channels
from explainer.propagation.derivatives import maps_and_gradient
from network.description import NetworkDescription, Node

_POOLS_AND_PADS = {"MaxPooling2D", "AveragePooling2D", "ZeroPadding2D", "Cropping2D", "UpSampling2D", "InputLayer"}


def map_layers(description: NetworkDescription) -> list[str]:
    """Layers that give maps, the last one of convolution first: that is as far as places can be told apart."""
    return list(_map_layers(description))


def no_maps(description: NetworkDescription) -> Obstacle | None:
    """None if a layer gives maps."""
    if next(_map_layers(description), None) is not None:
        return None
    return Obstacle(
        description.output.name,
        "No layer of the network gives maps with more than one place.",
        "Use gradient, integrated_gradients or an LRP rule.",
    )


def maps_with_gradient(problem: Problem) -> tuple[tf.Tensor, tf.Tensor]:
    """The maps A (batch, rows, columns, units) of the layer chosen, and ∂f/∂A.

    Raises:
        HubError: `METHOD_NOT_APPLICABLE` if what is explained does not depend on the layer.
    """
    explained = problem.selection.node
    if all(node.name != problem.layer for node in problem.network.ancestors(explained)):
        raise HubError(
            Reason.METHOD_NOT_APPLICABLE,
            f"Nothing of the layer {problem.layer!r} reaches the layer {explained!r}, whose unit is to be explained.",
            "Choose a layer before it.",
        )
    found: tuple[tf.Tensor, tf.Tensor] = problem.compiled(maps_and_gradient, layer=problem.layer)
    return found


def drawn(problem: Problem, activation_map: tf.Tensor) -> Attribution:
    """A map (batch, rows, columns) scaled to the inputs, each place shared by its channels; the raw map comes along."""
    relevance = over_channels(scaled(problem, activation_map).numpy(), problem.inputs.shape[-1])
    return Attribution(tf.constant(relevance), activation_map)


def scaled(problem: Problem, activation_map: tf.Tensor) -> tf.Tensor:
    """A map (batch, rows, columns) in the height and width of the inputs, interpolated bilinearly."""
    return tf.image.resize(activation_map[..., None], problem.inputs.shape[1:3], method="bilinear")[..., 0]


def has_maps(node: Node) -> bool:
    """Whether a layer gives maps with more than one place."""
    return len(node.output_shape) == 3 and min(node.output_shape[:2]) > 1


def _map_layers(description: NetworkDescription) -> Iterator[str]:
    found = [node for node in reversed(description.nodes) if has_maps(node) and node.kind != "InputLayer"]
    default = next((node for node in found if node.kind not in _POOLS_AND_PADS), None)
    if default is not None:
        yield default.name
    yield from (node.name for node in found if node is not default)
