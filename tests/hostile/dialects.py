"""One small classifier, 4 x 4 pixels and two classes, as each format has it; written without Keras.

Each function gives a `Write`: what puts the file at a path. Layers given to it stand between picture and classifier.
"""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

Json = dict[str, Any]
Write = Callable[[Path], object]

PICTURE = [None, 4, 4, 3]
KERNEL = np.arange(48 * 2, dtype=np.float32).reshape(48, 2)
BIAS = np.ones(2, np.float32)


def layer(kind: str, name: str, **config: Any) -> Json:
    """A layer as Keras 3 describes it; `module` and `registered_name` are those of Keras unless they are given."""
    origin = {"module": config.pop("module", "keras.layers"), "registered_name": config.pop("registered_name", None)}
    return {**origin, "class_name": kind, "name": name, "config": {"name": name, **config}}


def dense(name: str, **config: Any) -> Json:
    """The classifier, with what is wrong about it."""
    return layer("Dense", name, **{"units": 2, "activation": "linear", **config})


def picture(**config: Any) -> Json:
    """The input."""
    return layer("InputLayer", "picture", **{"batch_shape": PICTURE, **config})


def sequential(*layers: Json, name: str = "small") -> Json:
    """Layers one after the other."""
    return {"module": "keras", "class_name": "Sequential", "config": {"name": name, "layers": list(layers)}}


def functional(*layers: Json, inputs: tuple[str, ...] = ("picture",), outputs: tuple[str, ...] = ("classes",)) -> Json:
    """Layers in a graph."""
    config = {
        "name": "graph",
        "layers": list(layers),
        "input_layers": [[name, 0, 0] for name in inputs],
        "output_layers": [[name, 0, 0] for name in outputs],
    }
    return {"module": "keras.src.models.functional", "class_name": "Functional", "config": config}


def reading(described: Json, *sources: str) -> Json:
    """A layer of a graph, with the layers that it reads."""
    tensors = [{"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}} for name in sources]
    return {**described, "inbound_nodes": [{"args": tensors, "kwargs": {}}]}


def classifier(*inside: Json, last: Json | None = None) -> Json:
    """The small classifier."""
    return sequential(picture(), *inside, layer("Flatten", "flat"), last or dense("classes"))


def weights(file: h5py.File) -> h5py.Group:
    """Writes the weights as a `.keras` file keeps them; returns the group of the classifier's."""
    variables = file.create_group("layers/dense/vars")
    variables["0"], variables["1"] = KERNEL, BIAS
    return variables


def archive(config: Any, fill: Callable[[h5py.File], object] = weights) -> Write:
    """A `.keras` file of this configuration (bytes, or anything for JSON) and what `fill` puts into its weights."""

    def write(path: Path) -> None:
        with h5py.File(path.with_name("weights.h5"), "w") as file:
            fill(file)
        with zipfile.ZipFile(path, "w") as zipped:
            zipped.writestr("metadata.json", "{}")
            zipped.writestr("config.json", config if isinstance(config, bytes) else json.dumps(config))
            zipped.write(path.with_name("weights.h5"), "model.weights.h5")
        path.with_name("weights.h5").unlink()

    return write


def keras_3(*inside: Json, last: Json | None = None) -> Write:
    """A `.keras` file of Keras 3."""
    return archive(classifier(*inside, last=last))


def keras_2(*inside: Json) -> Write:
    """A `.keras` file of Keras 2."""
    return archive(of_keras_2(classifier(*inside)))


def hdf5_of_keras_3(*inside: Json) -> Write:
    """A `.h5` file of Keras 3."""
    return hdf5(without_origin(classifier(*inside)), "classes/kernel", "classes/bias")


def hdf5_of_keras_2(*inside: Json) -> Write:
    """A `.h5` file of Keras 2."""
    return hdf5(without_origin(of_keras_2(classifier(*inside))), "classes/kernel:0", "classes/bias:0")


def hdf5(config: Json | str | None, *names: str, change: Callable[[h5py.Group], object] = lambda group: None) -> Write:
    """A `.h5` file of this configuration, whose weights have these names; `change` gets the classifier's group."""

    def write(path: Path) -> None:
        with h5py.File(path, "w") as file:
            file.attrs["keras_version"] = "2.15.0" if any(":" in name for name in names) else "3.15.1"
            file.attrs["backend"] = "tensorflow"
            if config is not None:
                file.attrs["model_config"] = config if isinstance(config, str) else json.dumps(config)
            kept = file.create_group("model_weights")
            kept.attrs["layer_names"] = ["flat", "classes"]
            kept.create_group("flat").attrs["weight_names"] = np.zeros(0)
            group = kept.create_group("classes")
            group.attrs["weight_names"] = list(names)
            for name, array in zip(names, (KERNEL, BIAS), strict=False):
                group[name] = array
            change(group)

    return write


def of_keras_2(model: Json) -> Json:
    """A configuration as Keras 2 writes it."""
    layers = [{key: value for key, value in each.items() if key != "name"} for each in model["config"]["layers"]]
    entrance = layers[0]["config"]
    layers[0] = {**layers[0], "config": {"name": entrance["name"], "batch_input_shape": entrance["batch_shape"]}}
    return {**model, "config": {**model["config"], "layers": layers}}


def without_origin(model: Json) -> Json:
    """A configuration as it stands in `.h5` files."""
    layers = [{key: each[key] for key in ("class_name", "config")} for each in model["config"]["layers"]]
    return {"class_name": model["class_name"], "config": {**model["config"], "layers": layers}}
