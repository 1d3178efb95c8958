"""Which format a file has, told by how it begins; a new format is one new line here and a module of its own."""

from pathlib import Path

from domain.errors import HubError, Reason
from inference.importing import applications, hdf5, keras_archive, keras_hdf5
from inference.importing.exchange import MODEL_FILE, PRETRAINED_FILE, ImportRequest
from inference.importing.model_file import ModelFile

_STRANGERS = {
    b"\x1f\x8b": "a gzip archive",
    b"\x08": "perhaps a SavedModel or an ONNX model",
    b"\x80": "a pickle of Python, which is code",
    b"\x7fELF": "a program",
    b"\x89PNG": "a picture",
    b"\xff\xd8": "a picture",
}


def read(request: ImportRequest, folder: Path) -> ModelFile:
    """The model that was uploaded or named, as plain data.

    Raises:
        HubError: `MODEL_FORMAT_UNSUPPORTED`, or what the format's own reader refuses.
    """
    if request.builtin:
        return applications.read(request, folder, folder / PRETRAINED_FILE)
    path = folder / MODEL_FILE
    with path.open("rb") as stream:
        beginning = stream.read(8)
    if beginning.startswith(keras_archive.MAGIC):
        return keras_archive.read(path, folder)
    if beginning.startswith(hdf5.MAGIC):
        return keras_hdf5.read(path)
    kind = next((words for magic, words in _STRANGERS.items() if beginning.startswith(magic)), "of no known kind")
    raise HubError(
        Reason.MODEL_FORMAT_UNSUPPORTED,
        f"{request.source!r:.120} is neither a .keras nor an .h5 file: it is {kind if beginning else 'empty'}.",
        "Load it where it was trained and save it with model.save('name.keras').",
    )
