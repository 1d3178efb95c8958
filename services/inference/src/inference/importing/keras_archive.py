"""The format `.keras` of Keras 2 and 3: a zip of `config.json` and `model.weights.h5`, read without Keras."""

import lzma
import re
import shutil
import zipfile
import zlib
from pathlib import Path
from typing import Any

from domain.errors import HubError, Reason
from inference.importing.hdf5 import SAVE_AGAIN, opened
from inference.importing.json_documents import parsed_json
from inference.importing.model_file import ModelFile
from inference.importing.training import training_of
from inference.importing.weights import CountedWeights

MAGIC = b"PK\x03\x04"
_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_MOST_BYTES = {_CONFIG: 64 * 1024**2, _METADATA: 1024**2, _WEIGHTS: 8 * 1024**3}
_ASSET = re.compile(r"assets/[\w./-]*")
_MOST_ASSET_BYTES = 1024**3
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
)


def read(path: Path, folder: Path) -> ModelFile:
    """The model in an archive.

    Args:
        path: of the archive.
        folder: where its weights may be laid.

    Raises:
        HubError: `MODEL_CORRUPT`, `MODEL_FORMAT_UNSUPPORTED`, `MODEL_FORBIDDEN` or `TOO_LARGE`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_other_members(archive)
            config = _json(archive, _CONFIG)
            version = str(_json(archive, _METADATA).get("keras_version", "3"))
            weights = _extracted(archive, folder / _WEIGHTS)
    except _BROKEN as error:
        raise HubError(
            Reason.MODEL_CORRUPT, f"The file is no complete .keras archive ({error}).", SAVE_AGAIN
        ) from error
    layout = CountedWeights(opened(weights, "The weights in the archive are"))
    return ModelFile(config, layout, version.startswith("2"), training_of(config.get("compile_config")))


def _refuse_other_members(archive: zipfile.ZipFile) -> None:
    """Holds an archive to what Keras writes into one: each member once, none too large, and nothing else."""
    names = archive.namelist()
    if missing := {_CONFIG, _WEIGHTS} - set(names):
        raise HubError(
            Reason.MODEL_FORMAT_UNSUPPORTED,
            f"The archive holds no {' and no '.join(sorted(missing))}, so it is no .keras model.",
            SAVE_AGAIN,
        )
    for name in names:
        if names.count(name) > 1:
            raise HubError(Reason.MODEL_FORBIDDEN, f"The archive holds {name!r:.120} twice.", SAVE_AGAIN)
        if name not in _MOST_BYTES and not _ASSET.fullmatch(name):
            raise HubError(
                Reason.MODEL_FORBIDDEN,
                f"The archive holds {name!r:.120}, which Keras does not write into a model.",
                SAVE_AGAIN,
            )
        if archive.getinfo(name).file_size > (most := _MOST_BYTES.get(name, _MOST_ASSET_BYTES)):
            raise HubError(
                Reason.TOO_LARGE,
                f"{name} in the archive has {archive.getinfo(name).file_size:,} bytes, more than {most:,}.",
                SAVE_AGAIN,
            )


def _json(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    if name not in archive.namelist():
        return {}
    with archive.open(name) as member:
        document = parsed_json(member.read(_MOST_BYTES[name]), f"{name} in the archive")
    if not isinstance(document, dict):
        raise HubError(Reason.MODEL_CORRUPT, f"{name} in the archive is no JSON object.", SAVE_AGAIN)
    return document


def _extracted(archive: zipfile.ZipFile, path: Path) -> Path:
    """Copies the weights out, to a path of ours; no more than the archive said that there would be."""
    with archive.open(_WEIGHTS) as member, path.open("wb") as copy:
        shutil.copyfileobj(member, copy, 1 << 20)
    return path
