"""Where the files of Keras keep the weights of each layer."""

import re
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Place:
    """The place of a layer's weights, told in the two ways that files know.

    Attributes:
        folder: the group in the layout of Keras 3, which counts the layers of each class.
        path: the names of the models around the layer and its own, for the older layout, which goes by names.
    """

    folder: str = ""
    path: tuple[str, ...] = ()


def placed(layers: list[Any], around: Place) -> list[tuple[Any, Place]]:
    """Each layer of a model with the place of its weights, where the model itself lies at `around`."""
    seen: dict[str, int] = {}
    result = []
    for layer in layers:
        stem = _snake_case("Functional" if layer["class_name"] == "Model" else str(layer["class_name"]))
        count = seen.get(stem, 0)
        seen[stem] = count + 1
        folder = f"{around.folder}/layers/{stem}{f'_{count}' if count else ''}".lstrip("/")
        config = layer["config"]
        name = str((config.get("name") if isinstance(config, dict) else "") or layer.get("name"))
        result.append((layer, replace(around, folder=folder, path=(*around.path, name))))
    return result


def _snake_case(name: str) -> str:
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
