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
from network.flatten import Flattened, flatten

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


def flattened(model: Any) -> Flattened:
    return flatten(configuration(model))


def randomised(model: Any) -> Any:
    """The model with weights that are all different, also those that begin as zeros and ones."""
    random = np.random.default_rng(3)
    model.set_weights([random.uniform(0.1, 1.0, array.shape) - 0.4 * (array.ndim > 1) for array in model.get_weights()])
    return model


def canonical(model: Any) -> tuple[CanonicalNetwork, Head]:
    """The canonical network with the model's weights, matched by the names of layers."""
    found = flattened(model)
    nodes, head = heads.take_off(tuple(found.nodes))
    network = CanonicalNetwork(NetworkDescription(input_shape=found.input_shape, nodes=nodes))
    theirs = _weights(model, "")
    network.set_weights(
        {
            f"{name}.{weight.name}": theirs[f"{name}.{weight.name}"]
            for name, layer in network.layers.items()
            for weight in layer.weights
        }
    )
    return network, head


def _weights(model: Any, prefix: str) -> dict[str, npt.NDArray[Any]]:
    found: dict[str, npt.NDArray[Any]] = {}
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            found |= _weights(layer, f"{prefix}{layer.name}/")
        else:
            found |= {f"{prefix}{layer.name}.{weight.name}": weight.numpy() for weight in layer.weights}
    return found
