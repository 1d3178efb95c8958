"""The throw-away process: `python -m inference.importing FOLDER`."""

import os
import sys
from pathlib import Path
from typing import Any

from backplane.throwaway import Refused
from domain.errors import HubError, Reason
from domain.labels import ClassLabels
from inference.importing.exchange import (
    MODEL_FILE,
    NETWORK_FILE,
    REQUEST_FILE,
    WEIGHTS_FILE,
    Imported,
    ImportRequest,
    Report,
)
from inference.importing.keras_archive import MAGIC, KerasArchive
from inference.importing.preprocessing_guess import guessed
from network import heads
from network.description import NetworkDescription, digest
from network.flatten import flatten


def main(folder: Path) -> None:
    """Imports, or says why not. Either way there is a report."""
    try:
        request = ImportRequest.model_validate_json((folder / REQUEST_FILE).read_bytes())
        Report(result=imported(request, folder)).write(folder)
    except HubError as error:
        Report(result=Refused.of(error)).write(folder)
    except MemoryError:
        refusal = HubError(Reason.TOO_LARGE, "The model needs more memory than an import may have.")
        Report(result=Refused.of(refusal)).write(folder)


def imported(request: ImportRequest, folder: Path) -> Imported:
    """Reads the file, builds the canonical network, and writes it to the folder."""
    path = folder / MODEL_FILE
    _refuse_other_formats(path, request.file_name)
    archive = KerasArchive(path, folder)
    flat = flatten(archive.config)
    nodes, head = heads.take_off(tuple(flat.nodes))
    # Only now, since TensorFlow takes seconds and most refusals need none of it.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from network.canonical import CanonicalNetwork

    network = CanonicalNetwork(NetworkDescription(input_shape=flat.input_shape, nodes=nodes))
    description = network.description
    if len(description.output.output_shape) != 1:
        raise HubError(
            Reason.MODEL_UNSUPPORTED,
            f"The model answers with an array of shape {description.output.output_shape}.",
            "A classifier answers with one number a class: end it with a pooling or flattening layer.",
        )
    weights: dict[str, Any] = {}
    for name, layer in network.layers.items():
        arrays = archive.weights(flat.weight_paths[name], name) if layer.weights else []
        weights |= {f"{name}.{weight.name}": array for weight, array in zip(layer.weights, arrays, strict=False)}
    network.set_weights(weights)
    network.save_weights(folder / WEIGHTS_FILE)
    (folder / NETWORK_FILE).write_text(description.model_dump_json())

    guess, remark = guessed(description)
    changes = [*flat.changes, *([] if request.preprocessing else [remark])]
    labels = request.labels or ClassLabels.numbered(description.classes)
    if len(labels.names) != description.classes:
        raise HubError(
            Reason.LABELS_INVALID,
            f"There are {len(labels.names)} labels for {description.classes} classes.",
            "Give one label for each output of the network, in their order.",
        )
    preprocessing = request.preprocessing or guess
    if len(preprocessing.mean) != description.input_shape[2]:
        raise HubError(
            Reason.ARGUMENT_INVALID,
            f"The preprocessing makes {len(preprocessing.mean)} channels, the network reads "
            f"{description.input_shape[2]}.",
            "Set channel_order to 'grey' for one channel, to 'rgb' or 'bgr' for three.",
        )
    return Imported(
        network_digest=digest(description, folder / WEIGHTS_FILE),
        input_shape=description.input_shape,
        head=head,
        preprocessing=preprocessing,
        labels=labels,
        layers=len(description.nodes),
        parameters=description.parameters,
        changes=tuple(changes),
    )


def _refuse_other_formats(path: Path, file_name: str) -> None:
    with path.open("rb") as stream:
        beginning = stream.read(8)
    if beginning.startswith(MAGIC):
        return
    kinds = {b"\x89HDF\r\n\x1a\n": "an HDF5 file (.h5)", b"\x1f\x8b": "a gzip archive", b"\x08": "perhaps a SavedModel"}
    kind = next((words for magic, words in kinds.items() if beginning.startswith(magic)), "of no known kind")
    raise HubError(
        Reason.MODEL_FORMAT_UNSUPPORTED,
        f"{file_name!r} is no .keras file: it is {kind if beginning else 'empty'}.",
        "Load it where it was trained and save it with model.save('name.keras').",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
