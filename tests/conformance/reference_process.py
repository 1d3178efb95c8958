"""The process in which innvestigate answers: `python reference_process.py FOLDER`.

It finds `questions.json` and a folder for each network, and leaves `answers.npz`, relevance by number of the question,
and `remarks.json`: for each question its warnings, or why it was refused.
"""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from backplane.catalogue import Catalogue

DESCRIPTION, WEIGHTS, INPUTS = "network.json", "weights.safetensors", "inputs.npz"
QUESTIONS, ANSWERS, REMARKS = "questions.json", "answers.npz", "remarks.json"
LOWEST, HIGHEST = -4.0, 4.0
"""What the networks are taken to read for black and white."""


class _FolderCatalogue:
    """Stands in for the catalogue: networks in a folder, whatever the workspace."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def description(self, _: str, model: str) -> bytes:
        return (self._folder / model / DESCRIPTION).read_bytes()

    def network(self, workspace: str, model: str, _: Path) -> tuple[bytes, Path]:
        return self.description(workspace, model), self._folder / model / WEIGHTS


def main(folder: Path) -> None:
    """Answers all questions."""
    # TensorFlow decides at its import which Keras `tf.keras` is; innvestigate needs the second.
    os.environ |= {"TF_USE_LEGACY_KERAS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    import numpy as np

    from domain.errors import HubError
    from domain.explanations import Engine
    from explainer.engine import Asked, UnitChoice
    from explainer.reference.engine import reference_engines
    from explainer.surroundings import Alone, InputRange

    engines = reference_engines(cast("Catalogue", _FolderCatalogue(folder)))
    answers: dict[str, Any] = {}
    remarks: list[Any] = []
    for number, question in enumerate(json.loads((folder / QUESTIONS).read_text())):
        model, engine = question["network"], engines[Engine(question["engine"])]
        with np.load(folder / model / INPUTS) as cases:
            pictures, units = cases["pictures"], cases["units"]
        layer = engine.output_layer("", model)
        choices = tuple(UnitChoice(layer, (int(unit),)) for unit in units)
        channels = pictures.shape[-1]
        input_range = InputRange(np.full(channels, LOWEST, np.float32), np.full(channels, HIGHEST, np.float32))
        asked = Asked("", model, pictures, choices, question["method"], question["parameters"], "", Alone(input_range))
        try:
            answer = engine.explain(asked)
        except HubError as refusal:
            remarks.append(str(refusal))
            continue
        answers[str(number)] = answer.relevance
        remarks.append(answer.warnings)
    np.savez(folder / ANSWERS, **answers)
    (folder / REMARKS).write_text(json.dumps(remarks))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
