"""What LRP needs of a network."""

from explainer.methods.base import Obstacle
from explainer.propagation.composites import unexplained_node
from network.description import NetworkDescription


def has_rule_for_every_layer(description: NetworkDescription) -> Obstacle | None:
    """None if every layer has a rule; otherwise the first that has not."""
    node = unexplained_node(description)
    if node is None:
        return None
    return Obstacle(
        node.name,
        f"There is no rule of relevance propagation for the layer {node.name!r} ({node.kind}).",
        "Use gradient, integrated_gradients or grad_cam, which work through any layer.",
    )
