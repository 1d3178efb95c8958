"""The native engine: the methods of this package on canonical networks."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import tensorflow as tf

from backplane.catalogue import Catalogue
from domain.errors import HubError, Reason
from explainer.engine import Answer, FloatArray, UnitChoice
from explainer.methods import registry
from explainer.methods.base import Method, Problem
from explainer.parameters import checked_parameters, refuse_obstacle
from explainer.targets import Selection, checked_unit, values
from network.cache import NetworkCache
from network.canonical import CanonicalNetwork
from network.description import NetworkDescription


class NativeEngine:
    """Explains with the methods of the registry. For one thread.

    Args:
        catalogue: where networks are.
        network_memory_bytes: bound on the weights that stay loaded.
    """

    def __init__(self, catalogue: Catalogue, network_memory_bytes: int) -> None:
        self._catalogue = catalogue
        self._networks = NetworkCache(self._load, network_memory_bytes)

    def logits(self, workspace: str, model: str, inputs: FloatArray) -> FloatArray:
        """Logits (classes,) for one input (height, width, channels)."""
        return np.asarray(self._networks.get(workspace, model).logits(inputs[None])[0])

    def output_layer(self, workspace: str, model: str) -> str:
        """The name of the layer that gives the logits."""
        return self._networks.get(workspace, model).description.output.name

    def activation(self, workspace: str, model: str, inputs: FloatArray, choice: UnitChoice) -> float:
        """The value of a unit inside the network for one input."""
        network = self._networks.get(workspace, model)
        checked_unit(network.description, choice)
        return float(Problem(network, tf.constant(inputs[None]), _selection(choice)).compiled(values)[0])

    def explain(
        self,
        workspace: str,
        model: str,
        inputs: FloatArray,
        choice: UnitChoice,
        method: str,
        parameters: Mapping[str, Any],
        layer: str,
    ) -> Answer:
        """Explains one input (height, width, channels)."""
        network = self._networks.get(workspace, model)
        found = registry.get(method)
        checked = checked_parameters(found, parameters)
        refuse_obstacle(found, network.description)
        chosen = _chosen_layer(found, network.description, layer)
        problem = Problem(network, tf.constant(inputs[None]), _selection(choice), chosen)
        attribution = found.explain(problem, checked)
        relevance, maps = attribution.relevance.numpy()[0], attribution.activation_map
        return Answer(
            relevance=relevance,
            activation_map=None if maps is None else maps.numpy()[0],
            parameters=checked.model_dump(mode="json"),
            signed=found.signed and bool((relevance < 0).any()),
            layer=chosen,
        )

    def _load(self, workspace: str, model: str) -> CanonicalNetwork:
        with TemporaryDirectory() as folder:
            return CanonicalNetwork.load(*self._catalogue.network(workspace, model, Path(folder)))


def _selection(choice: UnitChoice) -> Selection:
    return Selection(choice.layer, tf.constant([choice.unit], tf.int32))


def _chosen_layer(method: Method[Any], description: NetworkDescription, layer: str) -> str:
    if method.layers is None:
        if layer:
            raise HubError(
                Reason.ARGUMENT_INVALID, f"{method.id} works at no particular layer.", "Leave the layer out."
            )
        return ""
    choices = method.layers(description)
    if layer and layer not in choices:
        raise HubError(
            Reason.LAYER_UNKNOWN,
            f"{method.id} cannot be taken at {layer!r}.",
            f"Choose one of {', '.join(choices[:10])}{' ...' if len(choices) > 10 else ''}.",
        )
    return layer or choices[0]
