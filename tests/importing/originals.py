"""Original models and what the import makes of them."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.importing.exchange import MODEL_FILE, NETWORK_FILE, WEIGHTS_FILE, Imported, ImportRequest
from inference.importing.importer import imported
from network.canonical import CanonicalNetwork
from network.scores import scores

FloatArray = npt.NDArray[np.float32]
_NORMALISATION = {"gamma", "beta", "moving_mean", "moving_variance"}


def unsettled(model: Any) -> Any:
    """The model with normalisations that do something, also if it was never trained."""
    random = np.random.default_rng(5)
    for weight in model.weights:
        if weight.name in _NORMALISATION:
            weight.assign(random.uniform(0.6, 1.2, weight.shape))
    return model


def pictures(shape: tuple[int, int, int], count: int = 2) -> FloatArray:
    return np.random.default_rng(1).uniform(0.0, 255.0, (count, *shape)).astype(np.float32)


def brought_in(file: Path, folder: Path, **request: Any) -> tuple[Imported, CanonicalNetwork]:
    """The report of an import and the network as a worker loads it."""
    folder.mkdir(exist_ok=True)
    (folder / MODEL_FILE).symlink_to(file)
    report = imported(ImportRequest(source=file.name, **request), folder)
    return report, CanonicalNetwork.load((folder / NETWORK_FILE).read_bytes(), folder / WEIGHTS_FILE)


def answers(report: Imported, network: CanonicalNetwork, inputs: FloatArray) -> npt.NDArray[Any]:
    """What the network answers, as scores or logits, whichever the original gave."""
    (logits,) = network.outputs(inputs, network.description.output.name)
    return np.asarray(logits) if report.head == "logits" else np.asarray(scores(logits, report.head))
