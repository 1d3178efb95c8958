"""A network as propagation sees it: a stage for each layer, a BatchNormalization being part of the layer before it.

At inference a BatchNormalization is an affine map for each channel. Behind a linear layer the two are one linear layer,
and have to be treated as one: what a rule makes of the signs of weights must be made of the weights that the network
really applies (Motzkus, Weber, Lapuschkin 2022, "Measurably Stronger Explanation Reliability via Model Canonization",
arXiv:2202.06621).
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from explainer.propagation.linear import LINEAR_KINDS, NORMALISATION
from network.description import Node

_RECTIFIERS = {"relu", "relu6"}


@dataclass(frozen=True)
class Stage:
    """A layer, or a linear layer with the normalisation behind it.

    Attributes:
        node: the layer; of the two, the linear one.
        normalisation: the one behind it, if there is.
        number: how many layers with kernels come before it in the order of the network; None where it is not linear.
        first: whether it is linear, and none of those before it reaches it.
        rectified: whether whatever reads it is a ReLU, so that nothing comes back to it where it is negative.
    """

    node: Node
    normalisation: Node | None
    number: int | None
    first: bool
    rectified: bool

    @property
    def name(self) -> str:
        """The name of the layer whose output the stage gives."""
        return (self.normalisation or self.node).name

    @property
    def is_linear(self) -> bool:
        """Whether rules for linear layers apply to it."""
        return self.number is not None


def stages(nodes: Sequence[Node], kept: Collection[str] = ()) -> list[Stage]:
    """The stages of a network.

    Args:
        nodes: its layers, each after those that it reads.
        kept: layers whose own output is wanted, which are not joined with what follows.
    """
    by_name = {node.name: node for node in nodes}
    readers = Counter(source for node in nodes for source in node.inputs)
    joined = {
        node.inputs[0]: node
        for node in nodes
        if node.kind == NORMALISATION
        and by_name[node.inputs[0]].kind in LINEAR_KINDS
        and readers[node.inputs[0]] == 1
        and node.inputs[0] not in kept
        and _along_channels(node)
    }
    inside = {node.name for node in joined.values()}
    behind_linear: set[str] = set()
    found: list[Stage] = []
    for node in nodes:
        if node.name in inside:
            continue
        linear = node.kind in LINEAR_KINDS or node.kind == NORMALISATION
        reached = any(source in behind_linear for source in node.inputs)
        stage = Stage(
            node=node,
            normalisation=joined.get(node.name),
            number=sum(stage.node.kind in LINEAR_KINDS for stage in found) if linear else None,
            first=linear and not reached,
            rectified=_rectified((joined.get(node.name) or node).name, nodes),
        )
        found.append(stage)
        if linear or reached:
            behind_linear.update({node.name, stage.name})
    return found


def is_rectifier(node: Node) -> bool:
    """Whether a layer is a ReLU, bounded or not."""
    if node.kind == "ReLU":
        return not node.arguments.get("negative_slope")
    return node.kind == "Activation" and node.arguments.get("activation") in _RECTIFIERS


def _along_channels(node: Node) -> bool:
    return node.arguments.get("axis", -1) in {-1, len(node.output_shape)}


def _rectified(name: str, nodes: Sequence[Node]) -> bool:
    readers = [node for node in nodes if name in node.inputs]
    return bool(readers) and all(is_rectifier(node) for node in readers)
