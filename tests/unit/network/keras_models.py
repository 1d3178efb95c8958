"""Small Keras models as people build them, and the way from there to a canonical network."""

import json
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from domain.manifests import Head
from network import heads
from network.canonical import CanonicalNetwork
from network.description import NetworkDescription
from network.flatten import flatten
from network.flattened import Flattened
from network.places import Place

layers = keras.layers
SHAPE = (8, 8, 3)


def sequential() -> Any:
    return keras.Sequential(
        [
            keras.Input(SHAPE),
            layers.RandomFlip(),
            layers.Rescaling(2.0, offset=-0.5),
            layers.Conv2D(4, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(5, activation="softmax"),
        ]
    )


def functional() -> Any:
    picture = keras.Input(SHAPE)
    trunk = layers.Conv2D(4, 3, padding="same", use_bias=False)(picture)
    trunk = layers.ReLU(max_value=6.0)(layers.BatchNormalization()(trunk))
    side = layers.DepthwiseConv2D(3, padding="same")(trunk)
    joined = layers.Add()([trunk, side])
    return keras.Model(picture, layers.Dense(5)(layers.GlobalAveragePooling2D()(joined)))


def nested() -> Any:
    """As in transfer learning: a trunk from elsewhere, inside a new model."""
    inner = keras.Input(SHAPE)
    maps = layers.Conv2D(4, 3, activation="relu")(inner)
    maps = layers.BatchNormalization()(layers.Conv2D(6, 3)(maps))
    trunk = keras.Model(inner, maps, name="trunk")
    augmentation = keras.Sequential([layers.RandomFlip(), layers.RandomRotation(0.1)], name="augmentation")
    picture = keras.Input(SHAPE)
    seen = trunk(augmentation(picture), training=False)
    seen = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(seen))
    head = keras.Sequential([layers.Dense(7, activation="elu"), layers.Dense(5, activation="sigmoid")], name="head")
    return keras.Model(picture, head(seen))


def squeezed() -> Any:
    picture = keras.Input(SHAPE)
    squeeze = layers.Conv2D(3, 1, activation="relu")(picture)
    left = layers.Conv2D(4, 1, activation="relu")(squeeze)
    right = layers.Conv2D(4, 3, padding="same", activation="relu")(squeeze)
    joined = layers.Concatenate()([left, right])
    classes = layers.GlobalAveragePooling2D()(layers.Conv2D(5, 1)(layers.MaxPooling2D(3, 2)(joined)))
    return keras.Model(picture, layers.Softmax()(classes))


MODELS: dict[str, Callable[[], Any]] = {
    "sequential": sequential,
    "functional": functional,
    "nested": nested,
    "squeezed": squeezed,
}


def configuration(model: Any) -> dict[str, Any]:
    """What Keras writes into `config.json`."""
    found: dict[str, Any] = json.loads(model.to_json())
    return found


class ModelWeights:
    """The weights of a Keras model, as `flatten` asks for them."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def of(self, place: Place) -> tuple[npt.NDArray[Any], ...]:
        layer = self._model
        for name in place.path:
            layer = layer.get_layer(name)
        return tuple(weight.numpy() for weight in layer.weights)


class AnyWeights:
    """Weights for whatever layer, where a test is about its configuration alone."""

    def of(self, _: Place) -> tuple[npt.NDArray[Any], ...]:
        return tuple(np.zeros(1, np.float32) for _ in range(4))


def flattened(model: Any) -> Flattened:
    return flatten(configuration(model), ModelWeights(model))


def randomised(model: Any) -> Any:
    """The model with weights that are all different, also those that begin as zeros and ones."""
    random = np.random.default_rng(3)
    model.set_weights([random.uniform(0.1, 1.0, array.shape) - 0.4 * (array.ndim > 1) for array in model.get_weights()])
    return model


def canonical(model: Any) -> tuple[CanonicalNetwork, Head]:
    """The canonical network with the model's weights."""
    found = flattened(model)
    nodes, head = heads.take_off(tuple(found.nodes))
    network = CanonicalNetwork(NetworkDescription(input_shape=found.input_shape, nodes=nodes))
    network.set_weights(found.weights)
    return network, head
