"""The description of a canonical network, as it stands in `network.json`."""

import hashlib
from math import prod
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue


class Node(BaseModel):
    """A layer: its kind, its arguments and the nodes that it reads.

    `output_shape` is without the batch; `parameters` counts its weights, `multiply_adds` the multiplications with an
    addition that it does for one picture.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: str
    arguments: dict[str, JsonValue] = {}
    inputs: tuple[str, ...] = ()
    output_shape: tuple[int, ...] = ()
    parameters: int = 0
    multiply_adds: int = 0


class NetworkDescription(BaseModel):
    """All nodes, each after those that it reads. The first is the input, the last gives the logits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    input_shape: tuple[int, int, int]
    nodes: tuple[Node, ...]

    @property
    def input(self) -> Node:
        """The node that stands for the picture."""
        return self.nodes[0]

    @property
    def output(self) -> Node:
        """The node that gives the logits."""
        return self.nodes[-1]

    @property
    def classes(self) -> int:
        """How many logits there are."""
        return self.output.output_shape[-1]

    @property
    def parameters(self) -> int:
        """How many weights all layers have."""
        return sum(node.parameters for node in self.nodes)

    @property
    def multiply_adds(self) -> int:
        """What all layers cost together for one picture."""
        return sum(node.multiply_adds for node in self.nodes)

    @property
    def activations(self) -> int:
        """How many values the outputs of all layers have together, for one picture."""
        return sum(prod(node.output_shape) for node in self.nodes)

    def ancestors(self, *names: str) -> list[Node]:
        """Some nodes themselves and all that they depend on, with the input, in the order of the network."""
        needed = {self.input.name, *names}
        for node in reversed(self.nodes):
            if node.name in needed:
                needed.update(node.inputs)
        return [node for node in self.nodes if node.name in needed]

    @property
    def largest_activation(self) -> int:
        """How many values the largest output of a layer has, for one picture."""
        return max(prod(node.output_shape) for node in self.nodes)


def digest(description: NetworkDescription, weights: Path) -> str:
    """SHA-256 over description and weights: networks with equal digests answer and explain equally."""
    total = hashlib.sha256(description.model_dump_json().encode())
    with weights.open("rb") as stream:
        while block := stream.read(1 << 20):
            total.update(block)
    return total.hexdigest()
