"""The two layouts in which Keras writes weights into HDF5."""

from typing import Any

import h5py

from domain.errors import HubError, Reason
from inference.importing.hdf5 import SAVE_AGAIN, array, is_counter, member, words
from network.flatten import LayerWeights
from network.pieces import Array
from network.places import Place


class CountedWeights:
    """The layout of `.keras` and `.weights.h5`: a folder a layer, named by its class and counted."""

    def __init__(self, root: h5py.Group) -> None:
        self._root = root

    def of(self, place: Place) -> tuple[Array, ...]:
        """The weights of the layer at a place.

        Raises:
            HubError: naming the layer.
        """
        layer = "/".join(place.path)
        folder = member(self._root, f"{place.folder}/vars", layer)
        if folder is None:
            return ()
        if not isinstance(folder, h5py.Group):
            raise HubError(Reason.MODEL_CORRUPT, f"The weights of {layer!r} are not in a group.", SAVE_AGAIN)
        return _arrays([member(folder, str(number), layer) for number in range(len(folder))], layer)


class NamedWeights:
    """The layout of `.h5`: a group a layer of the outermost model, with the names of all weights in it."""

    def __init__(self, root: h5py.Group) -> None:
        self._root = root

    def of(self, place: Place) -> tuple[Array, ...]:
        """The weights of the layer at a place.

        Raises:
            HubError: naming the layer.
        """
        layer, outermost = "/".join(place.path), place.path[0]
        group = member(self._root, outermost, layer)
        if group is None:
            return ()
        names = words(group, "weight_names")
        if len(place.path) > 1:
            names = _belonging(names, place.path, layer)
        return _arrays([member(group, name, layer) for name in names], layer)


def layout_of(root: h5py.Group) -> LayerWeights | None:
    """The layout in which a group holds weights, or None if it holds none."""
    if "layer_names" in root.attrs or "layer_names0" in root.attrs:
        return NamedWeights(root)
    return CountedWeights(root) if "layers" in root else None


def _belonging(names: list[str], path: tuple[str, ...], layer: str) -> list[str]:
    """The weights of a layer of a nested model: their names end with as much of its path as tells it from others."""
    owners = {name.rpartition("/")[0] for name in names}
    own = "/".join(path[-1:])
    found = {owner for owner in owners if owner == own} or {owner for owner in owners if owner.endswith(f"/{own}")}
    if len(found) > 1:
        found = {owner for owner in found if owner.endswith("/".join(path[1:]))} or found
    if len(found) > 1:
        raise HubError(
            Reason.MODEL_UNSUPPORTED,
            f"The file does not tell which weights belong to the layer {layer!r}: {', '.join(sorted(found)[:4])}.",
            "Save the model as .keras, or give the layers of nested models different names.",
        )
    return [name for name in names if name.rpartition("/")[0] in found]


def _arrays(datasets: list[Any], layer: str) -> tuple[Array, ...]:
    return tuple(array(dataset, layer) for dataset in datasets if not is_counter(dataset))
