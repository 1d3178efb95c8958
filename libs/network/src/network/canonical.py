"""The canonical network as something that runs: built from its description with Keras, weights from safetensors."""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from domain.errors import HubError, Reason
from network.description import NetworkDescription, Node
from network.layers import LAYER_KINDS

FloatArray = npt.NDArray[np.float32]


class CanonicalNetwork:
    """A network ready to run.

    Inputs are float32 (batch, height, width, channels), already preprocessed; outputs are logits (batch, classes).
    """

    def __init__(self, description: NetworkDescription) -> None:
        self.description, self.layers, self.model = _built(description)
        self._compiled: dict[tuple[Any, ...], Callable[..., Any]] = {}

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
            HubError: `MODEL_CORRUPT` if one is missing, not finite or of another shape.
        """
        for name, variable in self._variables.items():
            values = weights.get(name)
            if values is None or tuple(values.shape) != tuple(variable.shape):
                found = "missing" if values is None else f"of shape {tuple(values.shape)}"
                raise HubError(
                    Reason.MODEL_CORRUPT,
                    f"The weight {name} is {found}; expected is the shape {tuple(variable.shape)}.",
                )
            if not np.isfinite(values).all():
                raise HubError(
                    Reason.MODEL_CORRUPT,
                    f"The weight {name} holds values that are not finite.",
                    "The training has probably diverged: use an earlier checkpoint.",
                )
            variable.assign(values)

    def save_weights(self, path: Path) -> None:
        """Writes all weights as safetensors."""
        arrays = {name: np.ascontiguousarray(variable.numpy()) for name, variable in self._variables.items()}
        save_file(arrays, path)

    def compiled(self, function: Callable[..., Any], **settings: Any) -> Callable[..., Any]:
        """`function(network, *tensors, **settings)` as a graph, traced once for each shape and kept.

        The settings (hashable) are constants of the graph.
        """
        key = (function, tuple(sorted(settings.items())))
        if key not in self._compiled:
            self._compiled[key] = tf.function(
                partial(function, self, **settings), reduce_retracing=True, autograph=False
            )
        return self._compiled[key]

    def logits(self, inputs: npt.ArrayLike) -> FloatArray:
        """Logits (batch, classes) for inputs (batch, height, width, channels)."""
        outputs = self.compiled(_forward)(tf.convert_to_tensor(inputs, tf.float32))
        return np.asarray(outputs, dtype=np.float32)

    def outputs(self, inputs: Any, *nodes: str) -> tuple[Any, ...]:
        """The outputs of layers for inputs (batch, height, width, channels), as tensors that gradients pass.

        Raises:
            HubError: `LAYER_UNKNOWN`.
        """
        model = keras.Model(self.model.inputs, [self._outputs[self.node(name).name] for name in nodes])
        results = model(inputs, training=False)
        return tuple(results) if isinstance(results, list | tuple) else (results,)

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
    def _outputs(self) -> dict[str, Any]:
        return {node.name: self.layers[node.name].output for node in self.description.nodes}

    @cached_property
    def _variables(self) -> dict[str, Any]:
        return {f"{name}.{weight.name}": weight for name, layer in self.layers.items() for weight in layer.weights}


def _forward(network: CanonicalNetwork, inputs: Any) -> Any:
    return network.model(inputs, training=False)


def _built(description: NetworkDescription) -> tuple[NetworkDescription, dict[str, Any], Any]:
    """The description with shapes and counts filled in, the Keras layers by name, and the Keras model."""
    layers: dict[str, Any] = {}
    tensors: dict[str, Any] = {}
    nodes: list[Node] = []
    for node in description.nodes:
        try:
            layer = _layer(node, description.input_shape)
            tensors[node.name] = layer.output if not node.inputs else layer(_read(node, tensors))
        except (ValueError, TypeError, ZeroDivisionError, OverflowError) as error:
            raise HubError(
                Reason.MODEL_CORRUPT,
                f"The layer {node.name!r} ({node.kind}) cannot be built: {str(error).splitlines()[0]}",
            ) from error
        layers[node.name] = layer
        shape = tuple(int(side) for side in tensors[node.name].shape[1:])
        nodes.append(node.model_copy(update={"output_shape": shape, "parameters": int(layer.count_params())}))
    model = keras.Model(tensors[description.input.name], tensors[description.output.name])
    return description.model_copy(update={"nodes": tuple(nodes)}), layers, model


def _layer(node: Node, input_shape: tuple[int, int, int]) -> Any:
    # Keras allows no slash in a name; the names of nested layers have one.
    name = node.name.replace("/", "__")
    if node.kind == "InputLayer":
        return keras.layers.InputLayer(shape=input_shape, name=name)
    initializers = dict.fromkeys(LAYER_KINDS[node.kind].initializers, "zeros")
    return getattr(keras.layers, node.kind)(**node.arguments, **initializers, name=name)


def _read(node: Node, tensors: Mapping[str, Any]) -> Any:
    inputs = [tensors[name] for name in node.inputs]
    return inputs if len(inputs) > 1 else inputs[0]
