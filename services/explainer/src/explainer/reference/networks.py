"""A canonical network in tf_keras, layer by layer, since innvestigate knows only that Keras."""

from collections.abc import Mapping
from typing import Any

import numpy.typing as npt
import tf_keras

from domain.errors import HubError, Reason
from network.description import NetworkDescription, Node

_RENAMED = {"LeakyReLU": {"negative_slope": "alpha"}}
# Layers of both Keras hold their weights in this order, under names that differ.
_WEIGHT_ORDER = (
    "depthwise_kernel",
    "kernel",
    "pointwise_kernel",
    "gamma",
    "beta",
    "moving_mean",
    "moving_variance",
    "alpha",
    "bias",
)


def built(
    description: NetworkDescription, weights: Mapping[str, npt.NDArray[Any]], *, rectifiers_as_layers: bool
) -> Any:
    """The tf_keras model from the input to the logits, in the graph and session that are entered.

    Args:
        description: of the network.
        weights: by `<layer>.<weight>`.
        rectifiers_as_layers: innvestigate hands relevance through at `Activation` layers only, and guides gradients at
            bounded rectifiers only where they are `ReLU` layers; so each analyzer needs its own form.

    Raises:
        HubError: `METHOD_NOT_APPLICABLE` for a layer that tf_keras does not have.
    """
    tensors: dict[str, Any] = {}
    assignments: list[tuple[Any, npt.NDArray[Any]]] = []
    for node in description.nodes:
        if node.kind == "InputLayer":
            tensors[node.name] = tf_keras.layers.Input(description.input_shape, name="input")
            continue
        layer = _layer(node, rectifiers_as_layers=rectifiers_as_layers)
        inputs = [tensors[name] for name in node.inputs]
        tensors[node.name] = layer(inputs if len(inputs) > 1 else inputs[0])
        assignments += zip(layer.weights, _weights_of(node.name, weights), strict=True)
    # All at once: every single assignment would make TensorFlow look over the whole graph again.
    tf_keras.backend.batch_set_value(assignments)
    return tf_keras.Model(tensors[description.input.name], tensors[description.output.name])


def _layer(node: Node, *, rectifiers_as_layers: bool) -> Any:
    name = node.name.replace("/", "__")
    if node.kind in {"Activation", "ReLU"}:
        return _activation(node, name, as_layer=rectifiers_as_layers)
    kind = getattr(tf_keras.layers, node.kind, None)
    if kind is None:
        raise HubError(
            Reason.METHOD_NOT_APPLICABLE,
            f"innvestigate does not know the layer {node.name!r} ({node.kind}).",
            "Use the native engine.",
        )
    renamed = _RENAMED.get(node.kind, {})
    return kind(**{renamed.get(key, key): value for key, value in node.arguments.items()}, name=name)


def _activation(node: Node, name: str, *, as_layer: bool) -> Any:
    function = "relu" if node.kind == "ReLU" else str(node.arguments["activation"])
    bound = 6.0 if function == "relu6" else node.arguments.get("max_value")
    plain = not node.arguments.get("negative_slope") and not node.arguments.get("threshold")
    if function in {"relu", "relu6"} and plain:
        if as_layer:
            return tf_keras.layers.ReLU(bound, name=name)
        if bound is None:
            return tf_keras.layers.Activation("relu", name=name)
        return tf_keras.layers.Activation(lambda x: tf_keras.activations.relu(x, max_value=bound), name=name)
    if node.kind == "ReLU":
        return tf_keras.layers.ReLU(**node.arguments, name=name)
    return tf_keras.layers.Activation("swish" if function == "silu" else function, name=name)


def _weights_of(name: str, weights: Mapping[str, npt.NDArray[Any]]) -> list[npt.NDArray[Any]]:
    own = {key.removeprefix(f"{name}."): array for key, array in weights.items() if key.rpartition(".")[0] == name}
    return [own[key] for key in _WEIGHT_ORDER if key in own]
