"""Asking the native methods, as the native engine does, but for whole batches."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from conformance.networks import FloatArray
from conformance.reference_process import HIGHEST, LOWEST

from domain.manifests import Head
from explainer.engine import UnitChoice
from explainer.methods import registry
from explainer.methods.base import Problem
from explainer.propagation.patterns import patterns, statistics
from explainer.surroundings import InputRange
from explainer.targets import selection
from network.canonical import CanonicalNetwork

METHODS = list(registry.methods())
GRADIENTS = [found.id for found in registry.methods().values() if found.family == "gradient"]


class Background:
    """Surroundings of pictures that are given: they are the other samples, and patterns are fitted to them."""

    head = Head.SOFTMAX

    def __init__(self, network: CanonicalNetwork) -> None:
        shape = network.description.input_shape
        black, white = (np.full(shape[-1], end, np.float32) for end in (LOWEST, HIGHEST))
        self.input_range = InputRange(black, white)
        self.pictures = np.random.default_rng(11).normal(0.0, 1.0, (6, *shape)).astype(np.float32)
        self._network = network

    def samples(self, count: int, seed: int) -> FloatArray:
        """The first ones; the seed does not matter here."""
        del seed
        return self.pictures[:count]

    def patterns(self) -> Mapping[str, FloatArray]:
        """Patterns of the network for the other samples."""
        return patterns(self._network, statistics(self._network, self.pictures))


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
    choices = [UnitChoice(node or network.description.output.name, (unit,)) for unit in units]
    chosen = selection(network.description, choices)
    attribution = found.explain(Problem(network, tf.constant(pictures), chosen, Background(network), layer), checked)
    return np.asarray(attribution.relevance.numpy(), np.float32)


def applies(method: str, network: CanonicalNetwork) -> bool:
    """Whether a method applies to a network."""
    return registry.get(method).obstacle(network.description) is None


def difference(found: Any, wanted: Any) -> float:
    """The largest difference, relative to the largest value that is wanted."""
    scale = float(np.abs(wanted).max())
    return float(np.abs(np.asarray(found, np.float64) - wanted).max()) / (scale or 1.0)


def parameters_of(method: str) -> set[str]:
    """The names of a method's parameters."""
    return set(registry.get(method).parameters.model_fields)
