"""The product's own methods, called as its native engine calls them: the only place here that knows how."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from bench.methods.comparison import unit_of
from bench.methods.measuring import Effort
from bench.methods.networks import TARGET, canonical_files
from explainer.methods import registry
from explainer.methods.base import Problem
from explainer.targets import Selection
from network.canonical import CanonicalNetwork
from network.description import NetworkDescription


class CountingNetwork(CanonicalNetwork):
    """Counts the pictures on which it is asked, since every method goes through its compiled functions."""

    pictures_seen = 0

    def compiled(self, function: Any, **settings: Any) -> Any:
        """The compiled function of the network, counted."""
        graph = super().compiled(function, **settings)

        def counted(inputs: Any, *others: Any) -> Any:
            if tuple(inputs.shape[1:]) == self.description.input_shape:
                self.pictures_seen += int(inputs.shape[0])
            return graph(inputs, *others)

        return counted


def loaded(folder: Path) -> CountingNetwork:
    """The network in a folder."""
    description, weights = canonical_files(folder)
    network = CountingNetwork.load(description, weights)
    assert isinstance(network, CountingNetwork)
    return network


def explain(network: CountingNetwork, method: str, inputs: Any, effort: Effort) -> Any:
    """The relevance (1, height, width, channels) of one picture (1, height, width, channels)."""
    found = registry.get(method)
    layer = found.layers(network.description)[0] if found.layers else ""
    selection = Selection(network.description.output.name, tf.constant([TARGET], tf.int32))
    attribution = found.explain(Problem(network, inputs, selection, layer), _parameters(found, effort))
    return np.asarray(attribution.relevance)


def _parameters(found: Any, effort: Effort) -> Any:
    """The defaults, but for what says how often the network is asked; within the bounds of the method."""
    count = effort.masks if unit_of(found.id) == "mask" else effort.steps
    wanted = {
        "steps": 1 if "samples" in found.parameters.model_fields else count,
        "samples": count,
        "masks": count,
        "channels": count,
        "patch": effort.patch,
        "stride": effort.patch,
    }
    fields = {name: value for name, value in wanted.items() if name in found.parameters.model_fields}
    return found.parameters.model_validate(fields)


@dataclass(frozen=True)
class Listed:
    """A method of the registry: its title, and what keeps it from a network, if anything does."""

    id: str
    title: str
    obstacle: str


def listed(folder: Path) -> list[Listed]:
    """All methods of the product, in the order of the registry."""
    description = NetworkDescription.model_validate_json(canonical_files(folder)[0])
    return [
        Listed(found.id, found.title, obstacle.reason if (obstacle := found.obstacle(description)) else "")
        for found in registry.methods().values()
    ]
