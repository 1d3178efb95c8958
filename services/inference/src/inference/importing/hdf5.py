"""Reading HDF5 files of strangers: only what lies in the very file, only numbers, and no more than memory bears."""

from itertools import count, takewhile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from domain.errors import HubError, Reason
from inference.importing.json_documents import parsed_json

MAGIC = b"\x89HDF\r\n\x1a\n"
SAVE_AGAIN = "Save the model again with model.save('name.keras') and upload that file."
_MOST_VALUES = 2**28
_BROKEN = (OSError, KeyError, RuntimeError, ValueError, TypeError)


def opened(path: Path, what: str) -> h5py.File:
    """The file, for reading.

    Raises:
        HubError: `MODEL_CORRUPT`.
    """
    try:
        return h5py.File(path, "r")
    except OSError as error:
        raise HubError(Reason.MODEL_CORRUPT, f"{what} no complete HDF5 file ({error}).", SAVE_AGAIN) from error


def member(group: Any, path: str, layer: str) -> Any:
    """What lies at a path below a group, or None; each step must lie in this very file.

    Raises:
        HubError: `MODEL_FORBIDDEN`, `MODEL_CORRUPT`, naming the layer.
    """
    for step in path.split("/"):
        if not isinstance(group, h5py.Group):
            raise HubError(
                Reason.MODEL_CORRUPT, f"The weights of {layer!r} are not where Keras keeps them.", SAVE_AGAIN
            )
        try:
            link = group.get(step, getlink=True)
            if link is None:
                return None
            if not isinstance(link, h5py.HardLink):
                raise HubError(
                    Reason.MODEL_FORBIDDEN, f"The weights of {layer!r} are a link to somewhere else.", SAVE_AGAIN
                )
            group = group[step]
        except _BROKEN as error:
            raise _damaged(f"the weights of {layer!r}", error) from error
    return group


def is_counter(dataset: Any) -> bool:
    """Whether this is no weight but a number that Keras counts with."""
    return isinstance(dataset, h5py.Dataset) and dataset.shape == () and dataset.dtype.kind in "iu"


def array(dataset: Any, layer: str) -> npt.NDArray[Any]:
    """The values of a data set as float32.

    Raises:
        HubError: `MODEL_CORRUPT`, `MODEL_FORBIDDEN`, `TOO_LARGE`, naming the layer.
    """
    if not isinstance(dataset, h5py.Dataset) or dataset.dtype.kind != "f" or dataset.shape is None:
        raise HubError(Reason.MODEL_CORRUPT, f"A weight of {layer!r} is no array of decimal numbers.", SAVE_AGAIN)
    if dataset.external or dataset.is_virtual:
        raise HubError(Reason.MODEL_FORBIDDEN, f"The weights of {layer!r} lie in another file.", SAVE_AGAIN)
    if dataset.size > _MOST_VALUES:
        raise HubError(
            Reason.TOO_LARGE,
            f"A weight of {layer!r} has the shape {dataset.shape}, which is {dataset.size:,} values.",
            f"At most {_MOST_VALUES:,} are possible here.",
        )
    try:
        values = np.asarray(dataset[()], dtype=np.float32)
    except _BROKEN as error:
        raise _damaged(f"a weight of {layer!r}", error) from error
    if not np.isfinite(values).all():
        raise HubError(
            Reason.MODEL_CORRUPT,
            f"A weight of {layer!r} holds values that are not finite.",
            "The training has probably diverged: use an earlier checkpoint.",
        )
    return values


def attribute(group: Any, name: str) -> Any:
    """An attribute, or None.

    Raises:
        HubError: `MODEL_CORRUPT`.
    """
    try:
        return group.attrs.get(name)
    except _BROKEN as error:
        raise _damaged(f"the attribute {name}", error) from error


def words(group: Any, name: str) -> list[str]:
    """A list of words among the attributes; Keras spreads a long one over `name0`, `name1`, ..."""
    parts = [attribute(group, name)]
    if parts[0] is None:
        parts = list(takewhile(lambda part: part is not None, (attribute(group, f"{name}{n}") for n in count())))
    return [word.decode() if isinstance(word, bytes) else str(word) for part in parts for word in part]


def json_attribute(group: Any, name: str) -> Any:
    """An attribute that holds JSON, or None.

    Raises:
        HubError: `MODEL_CORRUPT`.
    """
    text = attribute(group, name)
    return None if text is None else parsed_json(text, f"The attribute {name} of the file")


def _damaged(what: str, error: Exception) -> HubError:
    return HubError(Reason.MODEL_CORRUPT, f"The file is damaged: {what} cannot be read ({error}).", SAVE_AGAIN)
