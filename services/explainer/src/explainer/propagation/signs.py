"""What is known of outputs whatever the picture: which can never be negative, and which only open and close others."""

from network.description import NetworkDescription, Node

_MAKES_NONNEGATIVE = {"relu", "relu6", "sigmoid", "hard_sigmoid", "softmax", "softplus", "exponential"}
_GATING = {"sigmoid", "hard_sigmoid", "softmax"}
_KEEPS_SIGN = {
    "Add",
    "Average",
    "AveragePooling2D",
    "Concatenate",
    "Cropping2D",
    "Flatten",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "MaxPooling2D",
    "Maximum",
    "Minimum",
    "Multiply",
    "Reshape",
    "UpSampling2D",
    "ZeroPadding2D",
}
_KEEPS_GATE = {"Reshape", "Flatten", "Rescaling", "UpSampling2D"}


def nonnegative_nodes(description: NetworkDescription) -> frozenset[str]:
    """The names of all nodes whose output cannot be negative: rules that split by sign leave out the empty half."""
    found: set[str] = set()
    for node in description.nodes:
        keeps = node.kind in _KEEPS_SIGN and all(source in found for source in node.inputs)
        if _makes_nonnegative(node) or keeps:
            found.add(node.name)
    return frozenset(found)


def gate_nodes(description: NetworkDescription) -> frozenset[str]:
    """The names of all nodes that are bounded from both sides, as the gates of squeeze-and-excite blocks are.

    A bounded ReLU counts only behind a `Rescaling`: together they are a hard sigmoid written out.
    """
    found: set[str] = set()
    for node in description.nodes:
        bounded = node.kind == "ReLU" and node.arguments.get("max_value") and _is_line(description, node.inputs[0])
        gating = node.kind == "Activation" and node.arguments.get("activation") in _GATING
        if bounded or gating or (node.kind in _KEEPS_GATE and all(source in found for source in node.inputs)):
            found.add(node.name)
    return frozenset(found)


def _is_line(description: NetworkDescription, name: str) -> bool:
    return any(node.name == name and node.kind == "Rescaling" for node in description.nodes)


def _makes_nonnegative(node: Node) -> bool:
    if node.kind == "ReLU":
        return not node.arguments.get("negative_slope")
    return node.kind == "Softmax" or (
        node.kind == "Activation" and node.arguments.get("activation") in _MAKES_NONNEGATIVE
    )
