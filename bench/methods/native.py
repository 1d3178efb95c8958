"""The product's own methods, called as its native engine calls them: the only place here that knows how."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.methods.comparison import unit_of
from bench.methods.measuring import Effort
from bench.methods.networks import TARGET, canonical_files
from domain.manifests import Head
from explainer.engine import UnitChoice
from explainer.methods import registry
from explainer.methods.base import Problem
from explainer.propagation.patterns import patterns, statistics
from explainer.surroundings import InputRange
from explainer.targets import selection
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
    chosen = selection(network.description, [UnitChoice(network.description.output.name, (TARGET,))])
    problem = Problem(network, inputs, chosen, _Noise(network), layer)
    return np.asarray(found.explain(problem, _parameters(found, effort)).relevance)


class _Noise:
    """Surroundings of a network of random weights: other samples are noise, and patterns are fitted to them."""

    head = Head.SOFTMAX

    def __init__(self, network: CanonicalNetwork) -> None:
        shape = network.description.input_shape
        self.input_range = InputRange(np.full(shape[-1], -1.0, np.float32), np.full(shape[-1], 1.0, np.float32))
        self._network = network

    def samples(self, count: int, seed: int) -> Any:
        """Noise (count, height, width, channels) between black and white."""
        shape = (count, *self._network.description.input_shape)
        return np.random.default_rng(seed).uniform(-1.0, 1.0, shape).astype(np.float32)

    def patterns(self) -> Any:
        """The pattern of each linear layer, fitted once."""
        if self._network not in _PATTERNS:
            _PATTERNS[self._network] = patterns(self._network, statistics(self._network, self.samples(2, 0)))
        return _PATTERNS[self._network]


_PATTERNS: dict[CanonicalNetwork, Any] = {}


def _parameters(found: Any, effort: Effort) -> Any:
    """The defaults, but for what says how often the network is asked; within the bounds of the method."""
    count = effort.masks if unit_of(found.id) == "mask" else effort.steps
    wanted = {
        "steps": 1 if "samples" in found.parameters.model_fields else count,
        "samples": count,
        "masks": count,
        "channels": count,
        "coalitions": count,
        "permutations": 2,
        "window": effort.patch,
        "stride": effort.patch,
    }
    if found.id == "prediction_difference":
        # What it draws for a window depends on all pixels around it: larger windows are out of its bounds.
        wanted |= {"samples": 2, "window": min(effort.patch, 24)}
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
