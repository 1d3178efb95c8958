"""Heads: what stands behind the logits of a classifier, taken off so that explanations start from the logits."""

import numpy as np

from domain.manifests import Head
from network.description import Node
from network.pieces import Piece

_HEADS = {"softmax": Head.SOFTMAX, "sigmoid": Head.SIGMOID}


def take_off(nodes: tuple[Node, ...]) -> tuple[tuple[Node, ...], Head]:
    """Splits off a softmax or sigmoid at the end.

    Args:
        nodes: all nodes, activations standing alone; the last gives the output.

    Returns:
        The nodes up to the logits, and the head; `Head.LOGITS` where nothing was there to take off.
    """
    last = nodes[-1]
    function = "softmax" if last.kind == "Softmax" else last.arguments.get("activation")
    if last.kind not in {"Softmax", "Activation"} or function not in _HEADS:
        return nodes, Head.LOGITS
    remaining = nodes[:-1]
    if any(last.inputs[0] in node.inputs for node in remaining):
        return nodes, Head.LOGITS
    index = next(number for number, node in enumerate(remaining) if node.name == last.inputs[0])
    return (*remaining[:index], *remaining[index + 1 :], remaining[index]), _HEADS[str(function)]


def two_classes(logit: str) -> Piece:
    """The node behind a single logit f that gives both classes theirs, -f and f.

    A network of one sigmoid unit knows two classes: σ(f) is the score of the second, and 1 - σ(f) = σ(-f) that of the
    first.
    """
    node = Node(name=f"{logit}.classes", kind="Dense", arguments={"units": 2, "use_bias": False}, inputs=(logit,))
    return Piece(node, {"kernel": np.array([[-1.0, 1.0]], np.float32)})
