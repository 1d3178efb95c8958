"""What a reader of maps should know that the named analyzers of innvestigate drew (version 2.1.2)."""

from collections.abc import Callable

from explainer.propagation.linear import NORMALISATION
from explainer.propagation.stages import is_rectifier
from explainer.reference.relevance import RIGHT_KINDS
from network.description import NetworkDescription, Node

Warnings = Callable[[NetworkDescription], tuple[str, ...]]

_WRONG = (
    "innvestigate's own analyzers go wrong at BatchNormalization, here first at {layer}: they treat it as a layer of "
    "its own, divide by sqrt(variance**2 + epsilon) where the network divides by sqrt(variance + epsilon), and leave "
    "gamma out of the bias. The engines innvestigate and native are right there."
)
_SCALED = (
    "innvestigate's own deep Taylor decomposition takes the gradient through BatchNormalization, here first at "
    "{layer}: relevance is scaled by gamma / sqrt(variance + epsilon) there, and its sum is not kept. The engines "
    "innvestigate and native are right there."
)
_LOST = (
    "innvestigate's own analyzers hand relevance back through {layer} by its gradient: what arrives at units that are "
    "closed, or at their bound, is lost. The engines innvestigate and native are right there."
)
_NOT_KEPT = (
    "innvestigate's own analyzers hand relevance back through {layer} by its gradient, which does not keep its sum."
)
# innvestigate takes the gradient of whatever is no `Activation`, however simple it is.
_KEPT = RIGHT_KINDS - {"LeakyReLU", "ELU", "Rescaling"}


def wrong_through_normalisation(description: NetworkDescription) -> tuple[str, ...]:
    """For the analyzers of relevance: what their rule for BatchNormalization makes of it, and what else is lost."""
    return _said(description, (_WRONG, _is_normalisation), (_LOST, _saturates), (_NOT_KEPT, _is_mixed))


def scaled_by_normalisation(description: NetworkDescription) -> tuple[str, ...]:
    """For deep Taylor decomposition, which has a rule for BatchNormalization that is never reached."""
    return _said(description, (_SCALED, _is_normalisation), (_LOST, _saturates), (_NOT_KEPT, _is_mixed))


def lost_in_rectifiers(description: NetworkDescription) -> tuple[str, ...]:
    """For the rules that look at weights alone: BatchNormalization does no harm, but relevance meets closed ReLUs."""
    return _said(description, (_LOST, _is_rectifying_layer), (_NOT_KEPT, _is_mixed))


def _said(description: NetworkDescription, *warnings: tuple[str, Callable[[Node], bool]]) -> tuple[str, ...]:
    """Those of the warnings that some layer of the network is a case of, naming the first."""
    found = ((text, next(filter(case, description.nodes), None)) for text, case in warnings)
    return tuple(text.format(layer=f"{node.name!r} ({node.kind})") for text, node in found if node is not None)


def _is_normalisation(node: Node) -> bool:
    return node.kind == NORMALISATION


def _is_rectifying_layer(node: Node) -> bool:
    return node.kind == "ReLU" and is_rectifier(node)


def _saturates(node: Node) -> bool:
    return _is_rectifying_layer(node) and bool(node.arguments.get("max_value"))


def _is_mixed(node: Node) -> bool:
    return node.kind not in _KEPT
