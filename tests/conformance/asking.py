"""Asking the native methods, as the native engine does, but for whole batches."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from conformance.networks import FloatArray

from explainer.methods import registry
from explainer.methods.base import Problem
from explainer.targets import Selection
from network.canonical import CanonicalNetwork

METHODS = list(registry.methods())
GRADIENTS = [found.id for found in registry.methods().values() if found.family == "gradient"]


def explained(
    method: str,
    network: CanonicalNetwork,
    pictures: FloatArray,
    units: Sequence[int],
    *,
    node: str = "",
    parameters: Mapping[str, Any] | None = None,
) -> FloatArray:
    """The relevance of pictures for units of a node; without a node, of the output."""
    found = registry.get(method)
    checked = found.parameters.model_validate(parameters or {})
    layer = found.layers(network.description)[0] if found.layers else ""
    selection = Selection(node or network.description.output.name, tf.constant(units, tf.int32))
    attribution = found.explain(Problem(network, tf.constant(pictures), selection, layer), checked)
    return np.asarray(attribution.relevance.numpy(), np.float32)


def applies(method: str, network: CanonicalNetwork) -> bool:
    """Whether a method applies to a network."""
    return registry.get(method).obstacle(network.description) is None


def difference(found: Any, wanted: Any) -> float:
    """The largest difference, relative to the largest value that is wanted."""
    scale = float(np.abs(wanted).max())
    return float(np.abs(np.asarray(found, np.float64) - wanted).max()) / (scale or 1.0)
