"""What propagation needs of a network."""

from explainer.methods.base import Obstacle
from explainer.propagation.composites import unexplained_node
from explainer.propagation.linear import NORMALISATION
from explainer.propagation.stages import is_rectifier
from network.description import NetworkDescription


def has_rule_for_every_layer(description: NetworkDescription) -> Obstacle | None:
    """None if relevance passes every layer; otherwise the first that it cannot pass."""
    node = unexplained_node(description.nodes)
    if node is None:
        return None
    return Obstacle(
        node.name,
        f"There is no rule of relevance propagation for the layer {node.name!r} ({node.kind}).",
        "Use gradient, integrated_gradients or grad_cam, which work through any layer.",
    )


def can_ignore_biases(description: NetworkDescription) -> Obstacle | None:
    """None if relevance passes every layer, and no normalisation adds a bias that outweighs what the inputs make.

    A BatchNormalization moves each channel by a bias of the size of its values. Divided by what is left without it,
    relevance grows from layer to layer, in deep networks beyond all numbers.
    """
    shifting = next((node for node in description.nodes if node.kind == NORMALISATION), None)
    if shifting is None:
        return has_rule_for_every_layer(description)
    return Obstacle(
        shifting.name,
        f"The layer {shifting.name!r} ({shifting.kind}) brings biases as large as the values that it gives: where they "
        "take no share, relevance grows from layer to layer.",
        "Use lrp.epsilon, in which biases take their share, or lrp.z_plus, in which nothing can cancel.",
    )


def has_rectifier(description: NetworkDescription) -> Obstacle | None:
    """None if the network has a ReLU."""
    if any(is_rectifier(node) for node in description.nodes):
        return None
    return Obstacle(
        description.output.name,
        "The network has no ReLU, and the method differs from the gradient only there.",
        "Use gradient.",
    )
