"""The walk: once forward, keeping what every layer saw, then backward with a rule for each layer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from explainer.propagation.signs import nonnegative_nodes
from network.canonical import CanonicalNetwork
from network.description import Node


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
    steps = forward(network, inputs, start)
    relevance = {start: seed(steps[start].output)}
    for step in reversed(steps.values()):
        if not step.inputs:
            break
        arriving = relevance.pop(step.node.name)
        for source, share in zip(step.node.inputs, composite(step.node)(step, arriving), strict=True):
            relevance[source] = relevance[source] + share if source in relevance else share
    return relevance[network.description.input.name]


def forward(network: CanonicalNetwork, inputs: tf.Tensor, start: str) -> dict[str, Step]:
    """What each layer up to `start` sees and gives, by name, in the order of the network."""
    nonnegative = nonnegative_nodes(network.description)
    return {
        node.name: Step(
            node, network.layers[node.name], seen, output, all(source in nonnegative for source in node.inputs)
        )
        for node, seen, output in network.steps(inputs, start)
    }
