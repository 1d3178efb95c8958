"""Archives as Keras writes them, written here without Keras, so that each can be wrong in its own way."""

import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from inference.importing.exchange import MODEL_FILE, ImportRequest

REQUEST = ImportRequest(source="cats.keras")


def layer(kind: str, name: str, **config: Any) -> dict[str, Any]:
    return {
        "module": "keras.layers",
        "class_name": kind,
        "registered_name": None,
        "name": name,
        "config": {"name": name, **config},
    }


def sequential(*inside: dict[str, Any]) -> dict[str, Any]:
    """The configuration of a small model: 4 x 4 pixels, two classes."""
    layers = [layer("InputLayer", "input", batch_shape=[None, 4, 4, 3]), *inside]
    layers += [layer("Flatten", "flat"), layer("Dense", "logits", units=2, activation="linear")]
    return {"class_name": "Sequential", "config": {"name": "small", "layers": layers}}


def write_weights(path: Path) -> None:
    """The weights of the model that `sequential` gives."""
    with h5py.File(path, "w") as file:
        variables = file.create_group("layers/dense/vars")
        variables["0"] = np.arange(48 * 2, dtype=np.float32).reshape(48, 2)
        variables["1"] = np.ones(2, np.float32)


def write_archive(folder: Path, config: bytes | None = None, *, compression: int = zipfile.ZIP_STORED) -> Path:
    """An archive in the folder of an import, with `weights.h5` of that folder if there is one."""
    weights = folder / "weights.h5"
    if not weights.exists():
        write_weights(weights)
    path = folder / MODEL_FILE
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("metadata.json", "{}")
        archive.writestr("config.json", json.dumps(sequential()) if config is None else config)
        archive.write(weights, "model.weights.h5")
    return path
