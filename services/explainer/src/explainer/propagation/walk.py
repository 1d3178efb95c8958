"""The walk: once forward, keeping what every layer saw, then backward with a rule for each layer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from explainer.propagation.signs import nonnegative_nodes
from network.canonical import CanonicalNetwork
from network.description import NetworkDescription, Node


@dataclass(frozen=True)
class Step:
    """A layer in the course of a walk: what it read and what it gave, (batch, ...) each."""

    node: Node
    layer: Any
    inputs: tuple[tf.Tensor, ...]
    output: tf.Tensor
    nonnegative_inputs: bool
    """Whether no input can be negative, whatever the picture."""


Rule = Callable[[Step, tf.Tensor], list[tf.Tensor]]
"""From the relevance of a layer's output to the relevance of each of its inputs, all (batch, ...)."""
Composite = Callable[[Node], Rule]
"""Chooses the rule for a layer."""


def backward(
    network: CanonicalNetwork,
    inputs: tf.Tensor,
    start: str,
    seed: Callable[[tf.Tensor], tf.Tensor],
    composite: Composite,
) -> tf.Tensor:
    """Relevance of the inputs.

    Args:
        network: the network.
        inputs: (batch, height, width, channels).
        start: the node where the walk back begins.
        seed: from that node's output to its relevance.
        composite: chooses the rule for each node.

    Returns:
        Relevance in the shape of the inputs. Where paths meet, their relevance adds up.
    """
    nodes = ancestors(network.description, start)
    steps = forward(network, inputs, nodes)
    relevance = {start: seed(steps[start].output)}
    for node in reversed(nodes[1:]):
        step = steps[node.name]
        arriving = relevance.pop(node.name)
        for source, share in zip(node.inputs, composite(node)(step, arriving), strict=True):
            relevance[source] = relevance[source] + share if source in relevance else share
    return relevance[network.description.input.name]


def forward(network: CanonicalNetwork, inputs: tf.Tensor, nodes: list[Node]) -> dict[str, Step]:
    """What each of the nodes sees and gives, by name."""
    nonnegative = nonnegative_nodes(network.description)
    input_node = nodes[0]
    steps = {input_node.name: Step(input_node, network.layers[input_node.name], (), inputs, nonnegative_inputs=False)}
    for node in nodes[1:]:
        layer = network.layers[node.name]
        seen = tuple(steps[source].output for source in node.inputs)
        output = layer(list(seen) if len(seen) > 1 else seen[0], training=False)
        steps[node.name] = Step(node, layer, seen, output, all(source in nonnegative for source in node.inputs))
    return steps


def ancestors(description: NetworkDescription, start: str) -> list[Node]:
    """The node itself and all that it depends on, in the order of the network."""
    needed = {start}
    for node in reversed(description.nodes):
        if node.name in needed:
            needed.update(node.inputs)
    return [node for node in description.nodes if node.name in needed]
