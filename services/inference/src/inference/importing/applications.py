"""`keras:NAME`: the architectures of keras.applications, built by Keras and then read like anybody's file."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from domain.applications import APPLICATIONS, PREFIX, Application
from domain.errors import HubError, Reason
from inference.importing import hdf5, keras_archive
from inference.importing.exchange import ImportRequest, Pretrained
from inference.importing.model_file import ModelFile
from inference.importing.weights import layout_of

_CLASSES = 1000
_ARCHIVE = "application.keras"


def application_of(builtin: str) -> Application:
    """The architecture that a name stands for.

    Raises:
        HubError: `ARGUMENT_INVALID`.
    """
    found = APPLICATIONS.get(builtin.removeprefix(PREFIX))
    if found is None:
        raise HubError(
            Reason.ARGUMENT_INVALID, f"Keras has no model {builtin!r}.", f"It has {', '.join(APPLICATIONS)}."
        )
    return found


def read(request: ImportRequest, folder: Path, weights: Path) -> ModelFile:
    """The model that a request names, with the weights that it asks for.

    Args:
        request: with `builtin` set.
        folder: where files may be laid.
        weights: the file of weights, where the request has one.

    Raises:
        HubError: `ARGUMENT_INVALID`, `MODEL_UNSUPPORTED`, or what is wrong with the file of weights.
    """
    application = application_of(request.builtin)
    classes = _CLASSES if request.labels is None else len(request.labels.names)
    path = folder / _ARCHIVE
    if request.keras_home:
        os.environ["KERAS_HOME"] = request.keras_home
    _built(application, classes, request.pretrained).save(path)
    model = keras_archive.read(path, folder)
    if request.pretrained is not Pretrained.FILE:
        return model
    file = hdf5.opened(weights, "The weights are")
    root = hdf5.member(file, "model_weights", application.name) or file
    layout = layout_of(root)
    if layout is None:
        raise HubError(
            Reason.MODEL_FORMAT_UNSUPPORTED,
            "The file of weights holds none as Keras writes them.",
            "Write it with model.save_weights('name.weights.h5').",
        )
    return replace(model, weights=layout)


def _built(application: Application, classes: int, pretrained: Pretrained) -> Any:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    imagenet = pretrained is Pretrained.IMAGENET
    if imagenet and classes != _CLASSES:
        raise HubError(
            Reason.LABELS_INVALID, f"There are {classes} labels for the 1000 classes of ImageNet.", "Leave them out."
        )
    shape = (application.side, application.side, 3)
    try:
        return getattr(keras.applications, application.name)(
            weights="imagenet" if imagenet else None, input_shape=shape, classes=classes
        )
    except Exception as error:
        # Keras' download fails with whatever is at hand, a plain Exception among others.
        if not imagenet:
            raise
        raise HubError(
            Reason.MODEL_UNSUPPORTED,
            f"The ImageNet weights of {application.name} could not be downloaded ({error!s:.200}).",
            "Download them where there is a network and give the file as weights, or take weights=none.",
        ) from error
