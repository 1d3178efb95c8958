"""The architectures that every method has to cope with: small inputs, ten classes, weights that are always the same."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from importing.originals import unsettled

from demo import efficientnet_lite, squeezenet
from inference.importing import keras_archive
from network.canonical import CanonicalNetwork
from network.description import NetworkDescription
from network.flatten import flatten
from network.heads import take_off

FloatArray = npt.NDArray[np.float32]
CLASSES = 10


def _application(name: str, side: int) -> Callable[[], Any]:
    def build() -> Any:
        architecture = getattr(keras.applications, name)
        return architecture(weights=None, input_shape=(side, side, 3), classes=CLASSES, classifier_activation=None)

    return build


ARCHITECTURES: dict[str, Callable[[], Any]] = {
    "VGG16": _application("VGG16", 32),
    "ResNet50": _application("ResNet50", 32),
    "ResNet50V2": _application("ResNet50V2", 32),
    "Xception": _application("Xception", 71),
    "InceptionV3": _application("InceptionV3", 75),
    "MobileNetV2": _application("MobileNetV2", 32),
    "MobileNetV3Small": _application("MobileNetV3Small", 32),
    "DenseNet121": _application("DenseNet121", 32),
    "EfficientNetB0": _application("EfficientNetB0", 32),
    "EfficientNetLite0": lambda: efficientnet_lite.build(efficientnet_lite.LITE0),
    "ConvNeXtTiny": _application("ConvNeXtTiny", 32),
    "NASNetMobile": _application("NASNetMobile", 32),
    "SqueezeNet": squeezenet.build,
}


@lru_cache(maxsize=1)
def architecture(name: str) -> CanonicalNetwork:
    """A network of the table, read from a file as a user's is; not to be changed."""
    keras.utils.set_random_seed(3)
    model = unsettled(ARCHITECTURES[name]())
    with TemporaryDirectory() as folder:
        model.save(Path(folder) / "model.keras")
        file = keras_archive.read(Path(folder) / "model.keras", Path(folder))
        flat = flatten(file.config, file.weights)
    nodes, _ = take_off(tuple(flat.nodes))
    network = CanonicalNetwork(NetworkDescription(input_shape=flat.input_shape, nodes=nodes))
    network.set_weights({weight: flat.weights[weight] for weight in network.weight_names})
    keras.backend.clear_session()
    return network


def picture(network: CanonicalNetwork) -> FloatArray:
    """A picture for a network (1, height, width, channels)."""
    shape = (1, *network.description.input_shape)
    return np.random.default_rng(5).normal(0.0, 1.0, shape).astype(np.float32)
