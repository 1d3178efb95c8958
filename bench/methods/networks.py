"""The networks that are measured, with random weights: `python -m bench.methods.networks FOLDER NAME` writes one.

As a Keras file for the other libraries, as the canonical network for the product, and with pictures to explain.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from bench.methods.measuring import BATCH

ARCHITECTURES = ("VGG16", "ResNet50", "MobileNetV2")
TARGET = 3
"""The output unit that is explained."""
_KERAS_FILE, _PICTURES_FILE = "model.keras", "pictures.npy"
_SIDE, _BLOCK = 224, 28


def pictures(folder: Path) -> Any:
    """Float32 (BATCH, 224, 224, 3) from -1 to 1: blocks of one colour each, which superpixels can find."""
    return np.load(folder / _PICTURES_FILE)


def keras_model(folder: Path) -> Any:
    """The network in Keras 3, with logits."""
    import keras

    return keras.models.load_model(folder / _KERAS_FILE)


def canonical_files(folder: Path) -> tuple[bytes, Path]:
    """The description and the file of the weights, as the product reads them."""
    from inference.importing.exchange import NETWORK_FILE, WEIGHTS_FILE

    return (folder / NETWORK_FILE).read_bytes(), folder / WEIGHTS_FILE


def write(folder: Path, name: str, side: int = _SIDE) -> None:
    """Builds a network and imports it as users' models are."""
    import keras

    from domain.preprocessing import PRESETS
    from inference.importing.exchange import MODEL_FILE, ImportRequest
    from inference.importing.importer import imported

    keras.utils.set_random_seed(0)
    getattr(keras.applications, name)(weights=None, classifier_activation=None, input_shape=(side, side, 3)).save(
        folder / _KERAS_FILE
    )
    (folder / MODEL_FILE).symlink_to(_KERAS_FILE)
    imported(ImportRequest(source=_KERAS_FILE, preprocessing=PRESETS["raw"]), folder)
    blocks = np.random.default_rng(0).uniform(-1.0, 1.0, (BATCH, side // _BLOCK, side // _BLOCK, 3))
    np.save(folder / _PICTURES_FILE, blocks.repeat(_BLOCK, axis=1).repeat(_BLOCK, axis=2).astype(np.float32))


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2])
    print(json.dumps(sys.argv[2]))
