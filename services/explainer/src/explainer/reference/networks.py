"""A canonical network in tf_keras, layer by layer, since innvestigate knows only that Keras."""

from collections.abc import Mapping
from typing import Any

import numpy.typing as npt
import tf_keras

from domain.errors import HubError, Reason
from explainer.propagation.linear import NORMALISATION
from explainer.propagation.stages import is_rectifier, stages
from explainer.reference.elementwise import Rectifier, activation_function, function_of
from explainer.reference.folding import folded
from explainer.reference.forms import Form, layer_name
from network.description import NetworkDescription, Node
from network.layers import LAYER_KINDS

_RENAMED = {"LeakyReLU": {"negative_slope": "alpha"}}
# Layers of both Keras hold their weights in this order, under names that differ.
_WEIGHT_ORDER = ("kernel", "gamma", "beta", "moving_mean", "moving_variance", "alpha", "bias")


def built(description: NetworkDescription, weights: Mapping[str, npt.NDArray[Any]], form: Form) -> Any:
    """The tf_keras model from the input to the logits, in the graph and session that are entered.

    Args:
        description: of the network.
        weights: by `<layer>.<weight>`.
        form: what its layers are built as.

    Raises:
        HubError: `METHOD_NOT_APPLICABLE` for a layer that tf_keras does not have.
    """
    found = stages(description.nodes) if form is Form.FOLDED else []
    normalisations = {stage.node.name: stage.normalisation for stage in found if stage.normalisation}
    gone = {normalisation.name for normalisation in normalisations.values()}
    tensors: dict[str, Any] = {}
    assignments: list[tuple[Any, npt.NDArray[Any]]] = []
    for node in description.nodes:
        if node.kind == "InputLayer":
            tensors[node.name] = tf_keras.layers.Input(description.input_shape, name="input")
            continue
        inputs = [tensors[name] for name in node.inputs]
        if node.name in gone:
            tensors[node.name] = inputs[0]
            continue
        own, normalisation = _weights_of(node, weights), normalisations.get(node.name)
        if normalisation:
            own = folded(node, own, normalisation, _weights_of(normalisation, weights))
            node = node.model_copy(update={"arguments": {**node.arguments, "use_bias": True}})
        layer = _layer(node, form)
        # Said outright, a normalisation needs no second branch for training in the graph.
        phase = {"training": False} if node.kind == NORMALISATION else {}
        tensors[node.name] = layer(inputs if len(inputs) > 1 else inputs[0], **phase)
        assignments += zip(layer.weights, [own[key] for key in _WEIGHT_ORDER if key in own], strict=True)
    # All at once: every single assignment would make TensorFlow look over the whole graph again.
    tf_keras.backend.batch_set_value(assignments)
    return tf_keras.Model(tensors[description.input.name], tensors[description.output.name])


def _layer(node: Node, form: Form) -> Any:
    name = layer_name(node.name)
    if form is not Form.ORIGINAL:
        if is_rectifier(node):
            return Rectifier(name=name, **_rectifier_arguments(node))
        function = function_of(node)
        if function is not None:
            return tf_keras.layers.Activation(function, name=name)
    if node.kind == "Activation":
        return tf_keras.layers.Activation(activation_function(str(node.arguments["activation"])), name=name)
    if node.kind == "Conv2D" and node.arguments.get("groups", 1) != 1:
        raise HubError(
            Reason.METHOD_NOT_APPLICABLE,
            f"innvestigate cannot go back through the layer {node.name!r}, a convolution in groups.",
            "Use the native engine.",
        )
    renamed = _RENAMED.get(node.kind, {})
    arguments = {renamed.get(key, key): value for key, value in node.arguments.items()}
    # innvestigate builds every layer again; with random numbers that would take its time.
    arguments |= dict.fromkeys(LAYER_KINDS[node.kind].initializers, "zeros")
    try:
        return getattr(tf_keras.layers, node.kind)(**arguments, name=name)
    except (AttributeError, TypeError, ValueError) as error:
        raise HubError(
            Reason.METHOD_NOT_APPLICABLE,
            f"innvestigate does not know the layer {node.name!r} ({node.kind}).",
            "Use the native engine.",
        ) from error


def _rectifier_arguments(node: Node) -> dict[str, Any]:
    if node.kind == "Activation":
        return {"max_value": 6.0 if node.arguments["activation"] == "relu6" else None}
    return {"max_value": node.arguments.get("max_value"), "threshold": node.arguments.get("threshold") or 0.0}


def _weights_of(node: Node, weights: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    prefix = f"{node.name}."
    return {key.removeprefix(prefix): array for key, array in weights.items() if key.rpartition(".")[0] == node.name}
