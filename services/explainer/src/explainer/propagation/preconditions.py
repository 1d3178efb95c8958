"""What propagation needs of a network."""

from explainer.methods.base import Obstacle
from explainer.propagation.composites import unexplained_node
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


def has_rectifier(description: NetworkDescription) -> Obstacle | None:
    """None if the network has a ReLU."""
    if any(is_rectifier(node) for node in description.nodes):
        return None
    return Obstacle(
        description.output.name,
        "The network has no ReLU, and the method differs from the gradient only there.",
        "Use gradient.",
    )
