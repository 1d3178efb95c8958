"""Which outputs can never be negative: rules that split by sign leave out the half that is empty."""

from network.description import NetworkDescription, Node

_MAKES_NONNEGATIVE = {"relu", "relu6", "sigmoid", "hard_sigmoid", "softmax", "softplus", "exponential"}
_KEEPS_SIGN = {
    "Add",
    "AveragePooling2D",
    "Concatenate",
    "Cropping2D",
    "Flatten",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "MaxPooling2D",
    "Multiply",
    "Reshape",
    "UpSampling2D",
    "ZeroPadding2D",
}


def nonnegative_nodes(description: NetworkDescription) -> frozenset[str]:
    """The names of all nodes whose output cannot be negative."""
    found: set[str] = set()
    for node in description.nodes:
        keeps = node.kind in _KEEPS_SIGN and all(source in found for source in node.inputs)
        if _makes_nonnegative(node) or keeps:
            found.add(node.name)
    return frozenset(found)


def _makes_nonnegative(node: Node) -> bool:
    if node.kind == "ReLU":
        return not node.arguments.get("negative_slope")
    return node.kind == "Softmax" or (
        node.kind == "Activation" and node.arguments.get("activation") in _MAKES_NONNEGATIVE
    )
