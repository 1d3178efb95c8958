"""From the configuration that Keras writes (Sequential and Functional, nested as deep as you like) to a flat list.

Works on plain JSON: nothing is imported, looked up or run on behalf of the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from domain.errors import HubError, Reason
from network.calls import Call, Source, calls_of, exits, in_order
from network.description import Node
from network.flattened import MOST_LAYERS, Flattened, too_many_layers
from network.layer_arguments import shown
from network.layers import IDENTITIES
from network.operations import operation_pieces, word_of
from network.origins import CONTAINERS, refuse_foreign, refuse_unprintable
from network.picture_input import picture_shape
from network.pieces import Array, LayerCall, Piece, pieces_of
from network.places import Place, placed

_DEEPEST = 16


class LayerWeights(Protocol):
    """The weights of a file."""

    def of(self, place: Place) -> tuple[Array, ...]:
        """The weights of the layer at a place, in the order in which Keras keeps them; none if it has none."""


def flatten(model: Mapping[str, Any], weights: LayerWeights, *, keras_2: bool = False) -> Flattened:
    """Flattens a model.

    Args:
        model: its configuration, as `config.json` of a `.keras` file holds it.
        weights: of its layers.
        keras_2: whether Keras 2 wrote it.

    Raises:
        HubError: `MODEL_FORBIDDEN`, `MODEL_UNSUPPORTED` or `MODEL_CORRUPT`, naming the layer.
    """
    walk = _Walk(weights, keras_2=keras_2)
    try:
        output = walk.container(model, _Surroundings(), None)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise HubError(
            Reason.MODEL_CORRUPT,
            f"The configuration of the model is not as Keras writes it ({type(error).__name__}: {error!s:.200}).",
            "Save the model again with model.save('name.keras').",
        ) from error
    walk.result.end_at(output)
    return walk.result


@dataclass(frozen=True)
class _Surroundings:
    """Where in the file a layer stands: the prefix of its name here, and the place of the model around it."""

    prefix: str = ""
    place: Place = field(default_factory=Place)
    depth: int = 0

    def inside(self, name: str, place: Place) -> "_Surroundings":
        if self.depth >= _DEEPEST:
            raise HubError(
                Reason.MODEL_FORBIDDEN,
                f"Models are nested deeper than {_DEEPEST} levels at {name!r:.120}.",
                "Flatten them: build one functional model of all layers.",
            )
        return _Surroundings(f"{name}/", place, self.depth + 1)


@dataclass(frozen=True)
class _Waiting:
    """A call of a layer that waits for what it reads."""

    layer: Mapping[str, Any]
    place: Place
    call: Call


class _Walk:
    def __init__(self, weights: LayerWeights, *, keras_2: bool) -> None:
        self.result = Flattened()
        self._weights = weights
        self._keras_2 = keras_2
        self._layers = 0
        self._outputs: dict[tuple[str, int], str] = {}
        """For each call of a layer of the file, by its full name, the node that gives its output."""

    def container(self, model: Mapping[str, Any], around: _Surroundings, inputs: tuple[str, ...] | None) -> str:
        """Adds all layers of a Functional or Sequential model; returns the node that gives its output."""
        kind, config = str(model.get("class_name")), model.get("config")
        if isinstance(config, list):
            config = {"layers": config}
        if kind not in CONTAINERS or not isinstance(config, dict) or "layers" not in config:
            raise HubError(
                Reason.MODEL_UNSUPPORTED,
                f"The model is of the class {shown(kind)}, which has no graph of layers.",
                "Only Sequential and functional models can be explained layer by layer: rebuild a subclassed model "
                "with the functional interface.",
            )
        self._layers += len(config["layers"])
        if self._layers > MOST_LAYERS:
            raise too_many_layers()
        layers = placed(config["layers"], around.place)
        if kind == "Sequential":
            return self._sequential(layers, around, inputs)
        return self._functional(config, layers, around, inputs)

    def _sequential(
        self, layers: list[tuple[Any, Place]], around: _Surroundings, inputs: tuple[str, ...] | None
    ) -> str:
        previous = inputs
        for layer, place in layers:
            if layer["class_name"] == "InputLayer" and previous is not None:
                continue
            if previous is None and layer["class_name"] != "InputLayer":
                previous = (self._unnamed_input(layer),)
            name = self._named(layer, around, 0)
            previous = (self._layer(layer, name, around, place, previous or ()),)
        if not previous:
            raise HubError(
                Reason.MODEL_UNSUPPORTED,
                "A Sequential model in the file has no layers.",
                "Give it some, or leave it out.",
            )
        return previous[0]

    def _unnamed_input(self, first: Mapping[str, Any]) -> str:
        """Files of early Keras have no input layer: the first layer says what it reads."""
        if not first["config"].get("batch_input_shape"):
            raise HubError(
                Reason.MODEL_UNSUPPORTED,
                "The Sequential model does not say what its input is.",
                "Begin it with keras.Input(shape=(height, width, channels)) and save it again.",
            )
        return self._input("input", first["config"])

    def _functional(
        self,
        config: Mapping[str, Any],
        layers: list[tuple[Any, Place]],
        around: _Surroundings,
        inputs: tuple[str, ...] | None,
    ) -> str:
        entrances, results = exits(config["input_layers"]), exits(config["output_layers"])
        if len(entrances) != 1 or len(results) != 1:
            raise HubError(
                Reason.MODEL_UNSUPPORTED,
                f"The model {shown(config.get('name'))} has {len(entrances)} inputs and {len(results)} outputs.",
                "A classifier of pictures has one of each: save a model with one input and one output.",
            )
        waiting: dict[Source, _Waiting] = {}
        for layer, place in layers:
            if layer["class_name"] == "InputLayer" and inputs is not None:
                self._outputs[around.prefix + str(layer["name"]), 0] = inputs[0]
            else:
                for number, call in enumerate(calls_of(layer) or [Call(())]):
                    waiting[Source(str(layer["name"]), number)] = _Waiting(layer, place, call)
        for source in in_order({source: use.call.sources for source, use in waiting.items()}):
            if source in waiting:
                self._outputs[around.prefix + source.layer, source.call] = self._use(source, waiting[source], around)
        return self._node_of(results[0], around)

    def _use(self, source: Source, use: _Waiting, around: _Surroundings) -> str:
        """Adds what stands for one use of a layer of a functional model; returns the node that gives its output."""
        name, word = self._named(use.layer, around, source.call), word_of(use.layer, use.call)
        for operand in use.call.sources:
            if (around.prefix + operand.layer, operand.call) not in self._outputs:
                raise HubError(
                    Reason.MODEL_CORRUPT,
                    f"The layer {name!r} reads the layer {shown(operand.layer)}, which is not there.",
                    "Save the model again with model.save('name.keras').",
                )
        if word:
            config = use.layer["config"]
            pieces = operation_pieces(word, name, config, use.call, lambda operand: self._node_of(operand, around))
            return self._add(pieces, "")
        _refuse_values(name, use.call)
        inputs = tuple(self._node_of(operand, around) for operand in use.call.sources)
        return self._layer(use.layer, name, around, use.place, inputs)

    def _node_of(self, source: Source, around: _Surroundings) -> str:
        return self._outputs[around.prefix + source.layer, source.call]

    def _named(self, layer: Mapping[str, Any], around: _Surroundings, number: int) -> str:
        config = layer["config"]
        given = layer.get("name") if not isinstance(config, dict) else config.get("name") or layer.get("name")
        name = around.prefix + str(given)
        refuse_unprintable(name)
        return name if number == 0 else f"{name}#{number + 1}"

    def _layer(
        self, layer: Mapping[str, Any], name: str, around: _Surroundings, place: Place, inputs: tuple[str, ...]
    ) -> str:
        """Adds what stands for one use of a layer; returns the node that gives its output."""
        kind, config = str(layer["class_name"]), layer["config"]
        refuse_foreign(name, kind, layer)
        if kind in CONTAINERS:
            self.result.changes.append(f"The nested model {name!r} was flattened.")
            return self.container(layer, around.inside(name, place), inputs)
        if kind == "InputLayer":
            return self._input(name, config)
        if kind in IDENTITIES:
            self.result.changes.append(f"{name!r} ({kind}) does nothing outside training and was left out.")
            return inputs[0]
        weights = self._weights.of(place)
        return self._add(pieces_of(LayerCall(name, kind, config, inputs, weights, self._keras_2)), inputs[0])

    def _input(self, name: str, config: Mapping[str, Any]) -> str:
        self.result.input_shape = picture_shape(name, config)
        return self._add([Piece(Node(name=name, kind="InputLayer"), {})], "")

    def _add(self, pieces: list[Piece], otherwise: str) -> str:
        """Adds nodes; returns the last one, which gives the output, or what stands there where there is none."""
        self.result.add(pieces)
        return pieces[-1].node.name if pieces else otherwise


def _refuse_values(name: str, call: Call) -> None:
    """Layers proper are called on layers, and on nothing else."""
    named = [key for key, value in call.keywords.items() if isinstance(value, Source)]
    if call.values or named:
        raise HubError(
            Reason.MODEL_UNSUPPORTED,
            f"The layer {name!r} is called with {shown(call.values or [*named])} beside the layer that it reads.",
            "Call it on the layers that it reads alone.",
        )
