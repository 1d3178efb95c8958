"""Composites: which rule each kind of layer gets."""

from collections.abc import Mapping

from explainer.propagation import rules
from explainer.propagation.linear import LINEAR_KINDS
from explainer.propagation.walk import Composite, Rule
from network.description import NetworkDescription, Node

ACTIVATION_KINDS = frozenset({"Activation", "ReLU", "LeakyReLU", "ELU", "PReLU"})
ROUTING_KINDS = frozenset(
    {"MaxPooling2D", "GlobalMaxPooling2D", "Concatenate", "ZeroPadding2D", "Cropping2D", "Flatten", "Reshape"}
)
SUMMING_KINDS = frozenset({"Add", "AveragePooling2D", "GlobalAveragePooling2D", "UpSampling2D"})
_RECTIFIERS = {"relu", "relu6"}


def relevance_rules(*, dense: Rule, convolution: Rule, stabiliser: float) -> Composite:
    """LRP: rules for linear layers as given; activations hand through, sums share out, everything else routes.

    Args:
        dense: for dense layers.
        convolution: for convolutions of all sorts.
        stabiliser: ε at normalisations.
    """
    by_kind: dict[str, Rule] = {
        **dict.fromkeys(ACTIVATION_KINDS, rules.identity),
        **dict.fromkeys(ROUTING_KINDS, rules.gradient),
        **dict.fromkeys(SUMMING_KINDS, rules.proportional),
        "Dense": dense,
        "Conv2D": convolution,
        "DepthwiseConv2D": convolution,
        "BatchNormalization": rules.normalisation(stabiliser),
        "Rescaling": rules.rescaling(stabiliser),
    }
    return _chosen(by_kind)


def unexplained_node(description: NetworkDescription) -> Node | None:
    """The first layer for which LRP has no rule here, if any."""
    known = (
        ACTIVATION_KINDS
        | ROUTING_KINDS
        | SUMMING_KINDS
        | LINEAR_KINDS
        | {"InputLayer", "BatchNormalization", "Rescaling"}
    )
    for node in description.nodes:
        softmax = node.kind == "Softmax" or node.arguments.get("activation") == "softmax"
        if node.kind not in known or softmax or (node.kind == "Dense" and len(node.output_shape) != 1):
            return node
    return None


def guided_gradient(node: Node) -> Rule:
    """The chain rule everywhere, with the guided rule at rectifiers."""
    if is_rectifier(node):
        return rules.guided
    return rules.linear_gradient if node.kind in LINEAR_KINDS else rules.gradient


def is_rectifier(node: Node) -> bool:
    """Whether a layer is a ReLU, bounded or not."""
    if node.kind == "ReLU":
        return not node.arguments.get("negative_slope")
    return node.kind == "Activation" and node.arguments.get("activation") in _RECTIFIERS


def _chosen(by_kind: Mapping[str, Rule]) -> Composite:
    return lambda node: by_kind[node.kind]
