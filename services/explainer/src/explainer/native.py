"""The native engine: the methods of this package on canonical networks."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import tensorflow as tf

from backplane.catalogue import Catalogue
from backplane.telemetry.metrics import looked_up_in
from backplane.telemetry.tracing import span
from domain.errors import HubError, Reason
from explainer.engine import Answer, Asked, FloatArray, UnitChoice
from explainer.methods import registry
from explainer.methods.base import Method, Problem
from explainer.parameters import checked_parameters, refuse_obstacle
from explainer.targets import selection, values
from network.cache import NetworkCache
from network.canonical import CanonicalNetwork
from network.description import NetworkDescription


class NativeEngine:
    """Explains with the methods of the registry. For one thread.

    Args:
        catalogue: where networks are.
        network_memory_bytes: bound on the weights that stay loaded.
        batch_memory_bytes: what the activations of inputs that run at once may take.
    """

    def __init__(self, catalogue: Catalogue, network_memory_bytes: int, batch_memory_bytes: int) -> None:
        self._catalogue = catalogue
        self._networks = NetworkCache(self._load, network_memory_bytes, looked_up_in("networks"))
        self._batch_memory_bytes = batch_memory_bytes

    def network(self, workspace: str, model: str) -> CanonicalNetwork:
        """A network, loaded if it was not."""
        return self._networks.get(workspace, model)

    def logits(self, workspace: str, model: str, inputs: FloatArray) -> FloatArray:
        """Logits (batch, classes) for inputs (batch, height, width, channels)."""
        return self.network(workspace, model).logits(inputs)

    def output_layer(self, workspace: str, model: str) -> str:
        """The name of the layer that gives the logits."""
        return self.network(workspace, model).description.output.name

    def activations(self, workspace: str, model: str, inputs: FloatArray, choices: Sequence[UnitChoice]) -> FloatArray:
        """The values (batch,) of what was chosen inside the network, one choice an input."""
        network = self.network(workspace, model)
        chosen = selection(network.description, choices)
        found = network.compiled(values, node=chosen.node)(tf.constant(inputs), chosen.weights)
        return np.asarray(found, np.float32)

    def explain(self, asked: Asked) -> Answer:
        """Explains some inputs, as many at once as the memory allows."""
        network = self.network(asked.workspace, asked.model)
        found = registry.get(asked.method)
        checked = checked_parameters(found, asked.parameters)
        refuse_obstacle(found, network.description)
        problem = Problem(
            network,
            tf.constant(asked.inputs),
            selection(network.description, asked.choices),
            asked.surroundings,
            chosen_layer(found, network.description, asked.layer),
            self._batch_memory_bytes,
        )
        parts = [
            found.explain(problem.part(rows), checked) for rows in problem.portions(len(asked.inputs), gradients=True)
        ]
        maps = [part.activation_map for part in parts if part.activation_map is not None]
        return Answer(
            relevance=np.concatenate([np.asarray(part.relevance, np.float32) for part in parts]),
            activation_map=np.concatenate([np.asarray(part, np.float32) for part in maps]) if maps else None,
            parameters=checked.model_dump(mode="json"),
            signed=found.signed,
            layer=problem.layer,
            warnings=tuple(dict.fromkeys(warning for part in parts for warning in part.warnings)),
        )

    def _load(self, workspace: str, model: str) -> CanonicalNetwork:
        with span("load network", attributes={"innhub.model": model}), TemporaryDirectory() as folder:
            return CanonicalNetwork.load(*self._catalogue.network(workspace, model, Path(folder)))


def chosen_layer(method: Method[Any], description: NetworkDescription, layer: str) -> str:
    """Where a method is taken: the layer named, or its default; empty for a method that works at none.

    Raises:
        HubError: `LAYER_UNKNOWN`, or `ARGUMENT_INVALID` for a method that takes no layer.
    """
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
