"""From the configuration that Keras writes (Sequential and Functional, nested as deep as you like) to a flat list.

Works on plain JSON: nothing is imported, looked up or run on behalf of the file.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.errors import HubError, Reason
from network.description import Node
from network.layers import LAYER_KINDS, checked_arguments, is_layer_module

_CONTAINERS = {"Functional", "Sequential", "Model"}
_MOST_LAYERS = 5_000
_DEEPEST = 16


@dataclass
class Flattened:
    """What came out: the nodes in order, where the file keeps each node's weights, and what was changed."""

    nodes: list[Node] = field(default_factory=list)
    weight_paths: dict[str, str] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    input_shape: tuple[int, int, int] = (0, 0, 0)


def flatten(model: Mapping[str, Any]) -> Flattened:
    """Flattens a model as `config.json` of a `.keras` file holds it.

    Raises:
        HubError: `MODEL_FORBIDDEN`, `MODEL_UNSUPPORTED` or `MODEL_CORRUPT`, naming the layer.
    """
    walk = _Walk()
    try:
        output = walk.container(model, prefix="", weights="", inputs=None)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise HubError(
            Reason.MODEL_CORRUPT,
            f"The configuration of the model is not as Keras writes it ({type(error).__name__}: {error}).",
            "Save the model again with model.save('name.keras').",
        ) from error
    walk.result.nodes = _needed(walk.result.nodes, output)
    return walk.result


class _Walk:
    def __init__(self) -> None:
        self.result = Flattened()
        self.outputs: dict[str, str] = {}
        """For each layer of the file, by its full name, the node that gives its output."""

    def container(self, model: Mapping[str, Any], *, prefix: str, weights: str, inputs: list[str] | None) -> str:
        """Adds all layers of a Functional or Sequential model; returns the node that gives its output."""
        kind, config = str(model.get("class_name")), model.get("config")
        if kind not in _CONTAINERS or not isinstance(config, dict) or "layers" not in config:
            raise HubError(
                Reason.MODEL_UNSUPPORTED,
                f"The model is of the class {kind}, which has no graph of layers.",
                "Only Sequential and functional models can be explained layer by layer: rebuild a subclassed model "
                "with the functional interface.",
            )
        if prefix.count("/") > _DEEPEST:
            raise HubError(Reason.MODEL_FORBIDDEN, "Models are nested deeper than sixteen levels.")
        layers = list(zip(config["layers"], _weight_folders(config["layers"], weights), strict=True))
        if kind == "Sequential":
            return self._sequential(layers, prefix, inputs)
        return self._functional(config, layers, prefix, inputs)

    def _sequential(self, layers: list[tuple[Any, str]], prefix: str, inputs: list[str] | None) -> str:
        previous = inputs
        if previous is None and (not layers or layers[0][0]["class_name"] != "InputLayer"):
            raise HubError(
                Reason.MODEL_UNSUPPORTED,
                "The Sequential model does not say what its input is.",
                "Begin it with keras.Input(shape=(height, width, channels)) and save it again.",
            )
        for layer, weights in layers:
            if layer["class_name"] == "InputLayer" and previous is not None:
                continue
            previous = [self._layer(layer, prefix, weights, previous or [])]
        if not previous:
            raise HubError(Reason.MODEL_UNSUPPORTED, "A Sequential model in the file has no layers.")
        return previous[0]

    def _functional(
        self, config: Mapping[str, Any], layers: list[tuple[Any, str]], prefix: str, inputs: list[str] | None
    ) -> str:
        entrances = [name for name, *_ in _histories(config["input_layers"])]
        exits = [name for name, *_ in _histories(config["output_layers"])]
        if len(entrances) != 1 or len(exits) != 1:
            raise HubError(
                Reason.MODEL_UNSUPPORTED,
                f"The model {config.get('name')!r} has {len(entrances)} inputs and {len(exits)} outputs.",
                "A classifier of pictures has one of each: save a model with one input and one output.",
            )
        waiting = [(layer, weights) for layer, weights in layers]
        while waiting:
            later = []
            for layer, weights in waiting:
                name = prefix + str(layer["name"])
                if layer["class_name"] == "InputLayer" and inputs is not None:
                    self.outputs[name] = inputs[0]
                    continue
                _refuse_reuse(name, layer)
                sources = [prefix + source for source in _sources(layer)]
                if all(source in self.outputs for source in sources):
                    self._layer(layer, prefix, weights, [self.outputs[source] for source in sources])
                else:
                    later.append((layer, weights))
            if len(later) == len(waiting):
                raise HubError(
                    Reason.MODEL_CORRUPT, f"The layer {later[0][0]['name']!r} reads a layer that is not there."
                )
            waiting = later
        return self.outputs[prefix + exits[0]]

    def _layer(self, layer: Mapping[str, Any], prefix: str, weights: str, inputs: list[str]) -> str:
        kind, config = str(layer["class_name"]), layer["config"]
        name = prefix + str(config.get("name") or layer.get("name"))
        _refuse_foreign(name, kind, layer)
        if kind in _CONTAINERS:
            self.result.changes.append(f"The nested model {name!r} was flattened.")
            output = self.container(layer, prefix=f"{name}/", weights=weights, inputs=inputs)
        elif kind == "InputLayer":
            output = self._input(name, config)
        elif kind in LAYER_KINDS and LAYER_KINDS[kind].identity:
            self.result.changes.append(f"{name!r} ({kind}) does nothing outside training and was left out.")
            output = inputs[0]
        else:
            output = self._plain(name, kind, config, weights, inputs)
        self.outputs[prefix + str(layer.get("name") or config.get("name"))] = output
        return output

    def _input(self, name: str, config: Mapping[str, Any]) -> str:
        shape = list(config.get("batch_shape") or config.get("batch_input_shape") or [])
        if len(shape) != 4 or not all(isinstance(side, int) and 1 <= side <= 4096 for side in shape[1:]):
            raise HubError(
                Reason.MODEL_UNSUPPORTED,
                f"The input {name!r} has the shape {shape}.",
                "A picture of fixed size is needed: (height, width, channels), each at most 4096. Rebuild the model "
                "with input_shape set.",
            )
        if shape[3] not in {1, 3}:
            raise HubError(
                Reason.MODEL_UNSUPPORTED,
                f"The input {name!r} has {shape[3]} channels.",
                "Pictures have 1 channel (grey) or 3 (colour).",
            )
        self.result.input_shape = (shape[1], shape[2], shape[3])
        return self._add(Node(name=name, kind="InputLayer"))

    def _plain(self, name: str, kind: str, config: Mapping[str, Any], weights: str, inputs: list[str]) -> str:
        arguments = checked_arguments(kind, name, config)
        function = arguments.pop("activation", "linear") if kind != "Activation" else "linear"
        if kind == "Activation" and arguments.get("activation") == "linear":
            return inputs[0]
        output = self._add(Node(name=name, kind=kind, arguments=arguments, inputs=tuple(inputs)))
        self.result.weight_paths[name] = f"{weights}/vars"
        if function == "linear":
            return output
        activation = Node(
            name=f"{name}.{function}", kind="Activation", arguments={"activation": function}, inputs=(output,)
        )
        return self._add(activation)

    def _add(self, node: Node) -> str:
        if any(node.name == other.name for other in self.result.nodes):
            raise HubError(
                Reason.MODEL_UNSUPPORTED,
                f"The layer {node.name!r} is used more than once.",
                "Give each use a layer of its own.",
            )
        if len(self.result.nodes) >= _MOST_LAYERS:
            raise HubError(Reason.TOO_LARGE, f"The model has more than {_MOST_LAYERS} layers.")
        self.result.nodes.append(node)
        return node.name


def _refuse_foreign(name: str, kind: str, layer: Mapping[str, Any]) -> None:
    module, registered = layer.get("module"), layer.get("registered_name")
    container = kind in _CONTAINERS and str(module).startswith("keras")
    if not container and (not is_layer_module(module) or registered not in {None, kind}):
        raise HubError(
            Reason.MODEL_FORBIDDEN,
            f"{name!r} is a {kind} of {registered or module}, which is no layer of Keras itself.",
            "Custom code is never run here: replace it by standard Keras layers.",
        )


def _refuse_reuse(name: str, layer: Mapping[str, Any]) -> None:
    if len(layer.get("inbound_nodes", [])) > 1:
        raise HubError(
            Reason.MODEL_UNSUPPORTED,
            f"The layer {name!r} is used more than once.",
            "Give each use a layer of its own.",
        )


def _sources(layer: Mapping[str, Any]) -> list[str]:
    """The layers that a layer of a functional model reads, in order."""
    return [str(history[0]) for call in layer.get("inbound_nodes", []) for history in _tensors(call["args"])]


def _tensors(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        yield value["config"]["keras_history"]
    elif isinstance(value, list):
        for item in value:
            yield from _tensors(item)


def _histories(value: list[Any]) -> list[list[Any]]:
    """Keras writes one tensor as [name, 0, 0] and several as a list of these."""
    return [value] if value and isinstance(value[0], str) else value


def _weight_folders(layers: list[Any], root: str) -> list[str]:
    """Where Keras keeps each layer's weights: by class, counted in the order of the layers."""
    seen: dict[str, int] = {}
    folders = []
    for layer in layers:
        stem = _snake_case("Functional" if layer["class_name"] == "Model" else str(layer["class_name"]))
        count = seen.get(stem, 0)
        seen[stem] = count + 1
        folder = stem if count == 0 else f"{stem}_{count}"
        folders.append(f"{root}/layers/{folder}".lstrip("/"))
    return folders


def _snake_case(name: str) -> str:
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _needed(nodes: list[Node], output: str) -> list[Node]:
    """The nodes that the output depends on; the output comes last."""
    needed = {output}
    for node in reversed(nodes):
        if node.name in needed:
            needed.update(node.inputs)
    kept = [node for node in nodes if node.name in needed and node.name != output]
    return [*kept, next(node for node in nodes if node.name == output)]
