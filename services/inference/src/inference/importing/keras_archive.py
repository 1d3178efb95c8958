"""The format `.keras`: a zip of `config.json` and `model.weights.h5`, read without Keras."""

import json
import lzma
import zipfile
import zlib
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from domain.errors import HubError, Reason

MAGIC = b"PK\x03\x04"
_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"
_MOST_CONFIG_BYTES = 64 * 1024**2
_MOST_WEIGHT_BYTES = 8 * 1024**3
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
)
_SAVE_AGAIN = "Save the model again with model.save('name.keras') and upload that file."


class KerasArchive:
    """An opened archive: its configuration as plain JSON, its weights by path.

    Raises:
        HubError: `MODEL_CORRUPT`, `MODEL_FORBIDDEN` or `TOO_LARGE`.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        try:
            with zipfile.ZipFile(path) as archive:
                self.config = _config(archive)
                weights = _extracted(archive, _WEIGHTS, folder / _WEIGHTS, _MOST_WEIGHT_BYTES)
        except _BROKEN as error:
            raise HubError(
                Reason.MODEL_CORRUPT, f"The file is no complete .keras archive ({error}).", _SAVE_AGAIN
            ) from error
        try:
            self._weights = h5py.File(weights, "r")
        except OSError as error:
            raise HubError(
                Reason.MODEL_CORRUPT, f"The weights in the archive are no HDF5 file ({error}).", _SAVE_AGAIN
            ) from error

    def weights(self, path: str, layer: str) -> list[npt.NDArray[Any]]:
        """The weights that the archive keeps under a path, in the order of the layer.

        Raises:
            HubError: `MODEL_CORRUPT` or `MODEL_FORBIDDEN`, naming the layer.
        """
        group: Any = self._weights
        for step in path.split("/"):
            group = _member(group, step, layer)
            if group is None:
                return []
            if not isinstance(group, h5py.Group):
                raise HubError(Reason.MODEL_CORRUPT, f"The weights of {layer!r} are not where Keras keeps them.")
        return [_array(_member(group, str(number), layer), layer) for number in range(len(group))]


def _config(archive: zipfile.ZipFile) -> dict[str, Any]:
    missing = {_CONFIG, _WEIGHTS} - set(archive.namelist())
    if missing:
        raise HubError(
            Reason.MODEL_FORMAT_UNSUPPORTED,
            f"The archive holds no {' and no '.join(sorted(missing))}, so it is no Keras 3 model.",
            _SAVE_AGAIN,
        )
    if archive.getinfo(_CONFIG).file_size > _MOST_CONFIG_BYTES:
        raise HubError(Reason.TOO_LARGE, "The configuration of the model is larger than 64 MB.")
    with archive.open(_CONFIG) as member:
        text = member.read(_MOST_CONFIG_BYTES + 1)
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise HubError(
            Reason.MODEL_CORRUPT, f"The configuration of the model is no JSON ({error}).", _SAVE_AGAIN
        ) from error
    if not isinstance(config, dict):
        raise HubError(Reason.MODEL_CORRUPT, "The configuration of the model is no JSON object.", _SAVE_AGAIN)
    return config


def _extracted(archive: zipfile.ZipFile, name: str, path: Path, most: int) -> Path:
    """Copies a member out, to a path of ours; its own path counts for nothing."""
    with archive.open(name) as member, path.open("wb") as copy:
        written = 0
        while block := member.read(1 << 20):
            written += len(block)
            if written > most:
                raise HubError(Reason.TOO_LARGE, f"{name} is larger than {most // 1024**3} GB.")
            copy.write(block)
    return path


def _member(group: h5py.Group, name: str, layer: str) -> Any:
    """A member of a group, if it lies in this very file."""
    link = group.get(name, getlink=True)
    if link is None:
        return None
    if not isinstance(link, h5py.HardLink):
        raise HubError(Reason.MODEL_FORBIDDEN, f"The weights of {layer!r} are a link to somewhere else.", _SAVE_AGAIN)
    return group[name]


def _array(dataset: Any, layer: str) -> npt.NDArray[Any]:
    if not isinstance(dataset, h5py.Dataset) or dataset.dtype.kind != "f":
        raise HubError(Reason.MODEL_CORRUPT, f"A weight of {layer!r} is no array of numbers.", _SAVE_AGAIN)
    if dataset.external or dataset.is_virtual:
        raise HubError(Reason.MODEL_FORBIDDEN, f"The weights of {layer!r} lie in another file.", _SAVE_AGAIN)
    try:
        return np.asarray(dataset[()], dtype=np.float32)
    except OSError as error:
        raise HubError(Reason.MODEL_CORRUPT, f"A weight of {layer!r} cannot be read ({error}).", _SAVE_AGAIN) from error
