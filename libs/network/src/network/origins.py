"""Whose a layer is: Keras' own are taken, by what they are; code of anybody else is refused by name."""

from collections.abc import Mapping
from typing import Any

from domain.errors import HubError, Reason
from network.layer_arguments import shown

CONTAINERS = frozenset({"Functional", "Sequential", "Model"})
_LONGEST_NAME = 200
_KERAS_PACKAGES = ("keras.src.", "tf_keras.src.", "tensorflow.python.keras.")
_LAYER_FOLDERS = ("layers.",)
_CONTAINER_FOLDERS = ("models.", "engine.")
_LAYERS_OF_APPLICATIONS = {
    "LayerScale": "applications.convnext",
    "StochasticDepth": "applications.convnext",
    "CustomScaleLayer": "applications.inception_resnet_v2",
}


def refuse_foreign(name: str, kind: str, layer: Mapping[str, Any]) -> None:
    """Refuses a layer that Keras did not write.

    Raises:
        HubError: `MODEL_FORBIDDEN`.
    """
    module, registered = layer.get("module"), layer.get("registered_name")
    if registered in (None, kind) and _is_own(kind, module):
        return
    raise HubError(
        Reason.MODEL_FORBIDDEN,
        f"{shown(name)} is a {shown(kind)} of {shown(module if registered in (None, kind) else registered)}, which is "
        "no layer of Keras itself.",
        "Custom code is never run here: replace it by standard Keras layers.",
    )


def refuse_unprintable(name: str) -> None:
    """Refuses a name that would not be read by people.

    Raises:
        HubError: `MODEL_FORBIDDEN`.
    """
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or {"..", "."} & set(name.split("/")):
        raise HubError(
            Reason.MODEL_FORBIDDEN,
            f"A layer has the name {shown(name)}.",
            f"Use printable names of at most {_LONGEST_NAME} characters.",
        )


def _is_own(kind: str, module: Any) -> bool:
    if module is None or module in ("keras", "keras.layers"):
        return True
    if not isinstance(module, str):
        return False
    inner = next((module.removeprefix(package) for package in _KERAS_PACKAGES if module.startswith(package)), "")
    folders = _CONTAINER_FOLDERS if kind in CONTAINERS else _LAYER_FOLDERS
    return inner.startswith(folders) or (inner != "" and inner == _LAYERS_OF_APPLICATIONS.get(kind))
