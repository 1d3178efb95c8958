"""The canonical network as something that runs: built from its description with Keras, weights from safetensors."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from domain.errors import HubError, Reason
from network.building import built
from network.description import NetworkDescription, Node

FloatArray = npt.NDArray[np.float32]
MOST_GRAPHS = 32
"""Of one network; each other method, and each other setting of one, is a graph of its own."""


class CanonicalNetwork:
    """A network ready to run.

    Inputs are float32 (batch, height, width, channels), already preprocessed; outputs are logits (batch, classes).
    """

    def __init__(self, description: NetworkDescription) -> None:
        self.description, self.layers = built(description)
        self._graphs: OrderedDict[tuple[Any, ...], Callable[..., Any]] = OrderedDict()

    @classmethod
    def load(cls, description: bytes, weights: Path) -> "CanonicalNetwork":
        """Builds the network and fills in its weights.

        Raises:
            HubError: `MODEL_CORRUPT` if the two do not fit together.
        """
        network = cls(NetworkDescription.model_validate_json(description))
        try:
            network.set_weights(load_file(weights))
        except (SafetensorError, OSError) as error:
            raise HubError(Reason.MODEL_CORRUPT, f"The weights of the network cannot be read: {error}.") from error
        return network

    def set_weights(self, weights: Mapping[str, npt.NDArray[Any]]) -> None:
        """Fills in all weights, named `<layer>.<weight>`.

        Raises:
            HubError: `MODEL_CORRUPT` if one is missing or of another shape.
        """
        for name, variable in self._variables.items():
            values = weights.get(name)
            if values is None or tuple(values.shape) != tuple(variable.shape):
                found = "missing" if values is None else f"of shape {tuple(values.shape)}"
                raise HubError(
                    Reason.MODEL_CORRUPT,
                    f"The weight {name} is {found}; expected is the shape {tuple(variable.shape)}.",
                    "Save the whole model again with model.save('name.keras').",
                )
            variable.assign(values)

    @contextmanager
    def with_weights(self, changed: Mapping[str, npt.NDArray[Any]]) -> Iterator[None]:
        """Within it, some weights, named `<layer>.<weight>`, have other values; graphs need no new trace for that."""
        own = {name: self._variables[name].numpy() for name in changed}
        try:
            for name, values in changed.items():
                self._variables[name].assign(values)
            yield
        finally:
            for name, values in own.items():
                self._variables[name].assign(values)

    @property
    def weight_names(self) -> tuple[str, ...]:
        """The names of all weights, `<layer>.<weight>`, in the order of the layers."""
        return tuple(self._variables)

    def weights(self) -> dict[str, FloatArray]:
        """All weights by `<layer>.<weight>`."""
        return {name: np.ascontiguousarray(variable.numpy()) for name, variable in self._variables.items()}

    def save_weights(self, path: Path) -> None:
        """Writes all weights as safetensors."""
        save_file(self.weights(), path)

    def compiled(self, function: Callable[..., Any], **settings: Any) -> Callable[..., Any]:
        """`function(network, *tensors, **settings)` as a graph, traced once for batches of all sizes.

        The settings (hashable) are constants of the graph. The graphs used last are kept.
        """

        def run(*tensors: Any) -> Any:
            return self._graph(function, settings, [tf.convert_to_tensor(tensor) for tensor in tensors])

        return run

    def _graph(self, function: Callable[..., Any], settings: Mapping[str, Any], tensors: Sequence[Any]) -> Any:
        signature = tuple(tf.TensorSpec([None, *tensor.shape[1:]], tensor.dtype) for tensor in tensors)
        key = (function, tuple(sorted(settings.items())), signature)
        if key not in self._graphs:
            self._graphs[key] = tf.function(
                partial(function, self, **settings), input_signature=signature, autograph=False
            )
        self._graphs.move_to_end(key)
        while len(self._graphs) > MOST_GRAPHS:
            self._graphs.popitem(last=False)
        return self._graphs[key](*tensors)

    def logits(self, inputs: npt.ArrayLike) -> FloatArray:
        """Logits (batch, classes) for inputs (batch, height, width, channels)."""
        outputs = self.compiled(_forward)(tf.convert_to_tensor(inputs, tf.float32))
        return np.asarray(outputs, dtype=np.float32)

    def outputs(self, inputs: Any, *nodes: str) -> tuple[Any, ...]:
        """The outputs of layers for inputs (batch, height, width, channels), as tensors that gradients pass.

        Raises:
            HubError: `LAYER_UNKNOWN`.
        """
        found: dict[str, Any] = {}
        for node, _, output in self.steps(inputs, *nodes):
            found[node.name] = output
        return tuple(found[name] for name in nodes)

    def steps(self, inputs: Any, *nodes: str) -> Iterator[tuple[Node, tuple[Any, ...], Any]]:
        """Goes forward as far as some layers need: each layer on the way, what it reads, and its output.

        Raises:
            HubError: `LAYER_UNKNOWN`.
        """
        found = {self.description.input.name: inputs}
        yield self.description.input, (), inputs
        for node in self.ancestors(*nodes)[1:]:
            seen = tuple(found[source] for source in node.inputs)
            output = found[node.name] = apply(self.layers[node.name], seen)
            yield node, seen, output

    def ancestors(self, *nodes: str) -> list[Node]:
        """Some layers themselves and all that they depend on, in the order of the network.

        Raises:
            HubError: `LAYER_UNKNOWN`.
        """
        return self.description.ancestors(*(self.node(name).name for name in nodes))

    def node(self, name: str) -> Node:
        """The description of a layer.

        Raises:
            HubError: `LAYER_UNKNOWN`.
        """
        if name not in self._nodes:
            raise HubError(
                Reason.LAYER_UNKNOWN,
                f"The network has no layer {name!r}.",
                f"Its last layers are {', '.join(node.name for node in self.description.nodes[-5:])}.",
            )
        return self._nodes[name]

    @cached_property
    def _nodes(self) -> dict[str, Node]:
        return {node.name: node for node in self.description.nodes}

    @cached_property
    def _variables(self) -> dict[str, Any]:
        return {f"{name}.{weight.name}": weight for name, layer in self.layers.items() for weight in layer.weights}


def apply(layer: Any, seen: tuple[Any, ...]) -> Any:
    """The output of a Keras layer for what it reads, at inference."""
    # Not `layer(...)`: its checks were made when the layer was built, and they double the time that tracing takes.
    return layer.call(list(seen) if len(seen) > 1 else seen[0])


def _forward(network: CanonicalNetwork, inputs: Any) -> Any:
    return network.outputs(inputs, network.description.output.name)[0]
