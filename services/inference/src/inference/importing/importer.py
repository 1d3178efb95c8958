"""The import: a model of any format becomes a canonical network, checked before anything is told of it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from domain.errors import HubError, Reason
from domain.manifests import Head
from inference.importing import formats
from inference.importing.exchange import (
    HISTORY_FILE,
    NETWORK_FILE,
    STATISTICS_FILE,
    TRAINING_FILE,
    WEIGHTS_FILE,
    Imported,
    ImportRequest,
)
from inference.importing.expectations import labels_for, preprocessing_for
from inference.importing.statistics import weight_statistics
from inference.importing.training import parsed_history
from network import heads
from network.description import NetworkDescription, digest
from network.flatten import flatten
from network.flattened import Flattened

if TYPE_CHECKING:
    from network.canonical import CanonicalNetwork

_BYTES_A_VALUE = 4
_TOLERANCE = 1e-5


def imported(request: ImportRequest, folder: Path) -> Imported:
    """Reads the model, builds the canonical network, and writes it to the folder.

    Raises:
        HubError: why the model is refused.
    """
    file = formats.read(request, folder)
    flat = flatten(file.config, file.weights, keras_2=file.keras_2)
    nodes, head = heads.take_off(tuple(flat.nodes))
    description = NetworkDescription(input_shape=flat.input_shape, nodes=nodes)
    # Only now, since TensorFlow takes seconds and most refusals need none of it.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from network.canonical import CanonicalNetwork

    network = CanonicalNetwork(description)
    _require_classes(network.description)
    if network.description.classes == 1:
        network, head = _with_both_classes(network.description, flat)
    network.set_weights(flat.weights)
    description = network.description
    labels = labels_for(description, request)
    preprocessing, remarks = preprocessing_for(description, request)
    network.save_weights(folder / WEIGHTS_FILE)
    (folder / NETWORK_FILE).write_text(description.model_dump_json())
    _probe(network, folder)
    used = {name: flat.weights[name] for name in network.weight_names}
    (folder / STATISTICS_FILE).write_text(weight_statistics(used).model_dump_json())
    history = folder / HISTORY_FILE
    training = file.training.model_copy(
        update={"history": parsed_history(history.read_bytes())} if history.exists() else {}
    )
    (folder / TRAINING_FILE).write_text(training.model_dump_json())
    return Imported(
        source=request.source,
        network_digest=digest(description, folder / WEIGHTS_FILE),
        input_shape=description.input_shape,
        head=head,
        preprocessing=preprocessing,
        labels=labels,
        layers=len(description.nodes),
        parameters=description.parameters,
        multiply_adds=description.multiply_adds,
        weight_bytes=description.parameters * _BYTES_A_VALUE,
        activation_bytes=description.activations * _BYTES_A_VALUE,
        changes=(*flat.changes, *remarks),
    )


def _require_classes(description: NetworkDescription) -> None:
    if len(description.output.output_shape) != 1:
        raise HubError(
            Reason.MODEL_UNSUPPORTED,
            f"The model answers with an array of shape {description.output.output_shape}.",
            "A classifier answers with one number a class: end it with a pooling or flattening layer.",
        )


def _with_both_classes(description: NetworkDescription, flat: Flattened) -> "tuple[CanonicalNetwork, Head]":
    from network.canonical import CanonicalNetwork

    piece = heads.two_classes(description.output.name)
    flat.weights |= {f"{piece.node.name}.{name}": array for name, array in piece.weights.items()}
    flat.changes.append("The single output unit was read as the score of the second of two classes.")
    return CanonicalNetwork(description.model_copy(update={"nodes": (*description.nodes, piece.node)})), Head.SIGMOID


def _probe(network: "CanonicalNetwork", folder: Path) -> None:
    """Loads what was written, as every worker will, and holds its answer to a probe against that of the network here.

    Raises:
        HubError: `MODEL_CORRUPT` if they differ, or are no numbers.
    """
    from network.canonical import CanonicalNetwork

    probe = np.random.default_rng(0).uniform(-1.0, 1.0, (1, *network.description.input_shape)).astype(np.float32)
    written = CanonicalNetwork.load((folder / NETWORK_FILE).read_bytes(), folder / WEIGHTS_FILE)
    here, there = (np.asarray(found.outputs(probe, found.description.output.name)[0]) for found in (network, written))
    if not np.isfinite(here).all():
        raise HubError(
            Reason.MODEL_CORRUPT,
            "The network answers a picture of noise with values that are not finite.",
            "Its training has probably diverged: use an earlier checkpoint.",
        )
    if np.abs(here - there).max() > _TOLERANCE * max(1.0, float(np.abs(here).max())):
        raise HubError(
            Reason.MODEL_CORRUPT, "The network answers otherwise once it was stored.", "Please report this model."
        )
