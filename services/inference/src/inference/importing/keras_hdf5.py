"""The format `.h5`, as Keras 2 and 3 write it, read without Keras."""

from pathlib import Path

from domain.errors import HubError, Reason
from inference.importing import hdf5
from inference.importing.model_file import ModelFile
from inference.importing.training import training_of
from inference.importing.weights import NamedWeights, layout_of


def read(path: Path) -> ModelFile:
    """The model in a file.

    Raises:
        HubError: `MODEL_CORRUPT`, `MODEL_FORMAT_UNSUPPORTED`, `MODEL_FORBIDDEN`.
    """
    file = hdf5.opened(path, "The file is")
    config = hdf5.json_attribute(file, "model_config")
    root = hdf5.member(file, "model_weights", "the model")
    if config is None and layout_of(file) is not None:
        raise HubError(
            Reason.MODEL_FORMAT_UNSUPPORTED,
            "The file holds weights alone, and no architecture to put them into.",
            "Save the whole model with model.save('name.keras'); or give the file as the weights of a model of "
            "keras.applications: innhub models add keras:NAME --weights FILE.",
        )
    if not isinstance(config, dict) or root is None:
        missing = "model_weights" if isinstance(config, dict) else "model_config"
        raise HubError(
            Reason.MODEL_FORMAT_UNSUPPORTED,
            f"The HDF5 file has no {missing}, so it is no Keras model.",
            hdf5.SAVE_AGAIN,
        )
    version = str(hdf5.attribute(file, "keras_version") or "2")
    training = training_of(hdf5.json_attribute(file, "training_config"))
    return ModelFile(config, NamedWeights(root), not version.startswith("3"), training)
