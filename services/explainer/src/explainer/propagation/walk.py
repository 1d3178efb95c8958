"""The walk: once forward, keeping what every stage saw, then backward with a rule for each stage."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from explainer.propagation.linear import Linear, linear
from explainer.propagation.signs import gate_nodes, nonnegative_nodes
from explainer.propagation.stages import Stage, stages
from network.canonical import CanonicalNetwork, apply
from network.description import Node


@dataclass(frozen=True)
class Step:
    """A stage in the course of a walk.

    Attributes:
        stage: the stage.
        layer: its Keras layer.
        linear: for a linear stage, its weights.
        inputs: what it read, (batch, ...) each.
        output: what it gave (batch, ...).
        nonnegative_inputs: whether no input can be negative, whatever the picture.
        gates: for each input, whether it only opens and closes what the others let through.
    """

    stage: Stage
    layer: Any
    linear: Linear | None
    inputs: tuple[tf.Tensor, ...]
    output: tf.Tensor
    nonnegative_inputs: bool
    gates: tuple[bool, ...] = ()

    @property
    def node(self) -> Node:
        """The layer."""
        return self.stage.node


Propagate = Callable[[Step, tf.Tensor], list[tf.Tensor]]
"""From the relevance of a stage's output to the relevance of each of its inputs, all (batch, ...)."""
Composite = Callable[[Step], Propagate]
"""Chooses how a stage propagates."""
Steps = dict[str, Step]
"""By the name of the layer whose output each gives, in the order of the network."""


def forward(network: CanonicalNetwork, inputs: tf.Tensor, *nodes: str) -> Steps:
    """What each stage that some layers depend on sees and gives.

    Args:
        network: the network.
        inputs: (batch, height, width, channels).
        nodes: layers whose own output is wanted.

    Raises:
        HubError: `LAYER_UNKNOWN`.
    """
    nonnegative, gates = nonnegative_nodes(network.description), gate_nodes(network.description)
    outputs: dict[str, tf.Tensor] = {network.description.input.name: inputs}
    found: Steps = {}
    for stage in stages(network.ancestors(*nodes), nodes):
        node, layer = stage.node, network.layers[stage.node.name]
        seen = tuple(outputs[source] for source in node.inputs)
        own = _linear(stage, network) if stage.is_linear else None
        output = inputs if not seen else apply(layer, seen) if own is None else own.forward(seen[0])
        outputs[stage.name] = output
        positive = all(source in nonnegative for source in node.inputs)
        opening = tuple(source in gates for source in node.inputs)
        found[stage.name] = Step(stage, layer, own, seen, output, positive, opening)
    return found


def backward(steps: Steps, start: str, relevance: tf.Tensor, composite: Composite, until: str = "") -> tf.Tensor:
    """Relevance of a layer's output, or of the inputs.

    Args:
        steps: what the walk forward found.
        start: the layer where the walk back begins.
        relevance: of its output (batch, ...).
        composite: chooses how each stage propagates.
        until: the layer where the walk ends; by default the input.

    Returns:
        Relevance in the shape of the output of `until`. Where paths meet, their relevance adds up. Zero where no path
        leads from `until` to `start`.
    """
    end = until or next(iter(steps))
    between = _descendants(steps, end)
    arrived = {start: relevance}
    for name, step in reversed(steps.items()):
        if name == end or name not in arrived:
            continue
        shares = composite(step)(step, arrived.pop(name))
        for source, share in zip(step.node.inputs, shares, strict=True):
            if source in between:
                arrived[source] = arrived[source] + share if source in arrived else share
    return arrived.get(end, tf.zeros_like(steps[end].output))


def _linear(stage: Stage, network: CanonicalNetwork) -> Linear:
    own = linear(stage.node.kind, network.layers[stage.node.name])
    return own.folded(network.layers[stage.normalisation.name]) if stage.normalisation else own


def _descendants(steps: Steps, name: str) -> set[str]:
    """A layer itself and all that depends on it."""
    found = {name}
    for reader, step in steps.items():
        if any(source in found for source in step.node.inputs):
            found.add(reader)
    return found
