"""The process in which innvestigate answers: `python reference_process.py FOLDER`.

It finds `questions.json` and a folder for each network, and leaves `answers.npz`: relevance by number of the question.
"""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from backplane.catalogue import Catalogue

DESCRIPTION, WEIGHTS, INPUTS = "network.json", "weights.safetensors", "inputs.npz"
QUESTIONS, ANSWERS = "questions.json", "answers.npz"


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

    from explainer.engine import UnitChoice
    from explainer.reference.engine import ReferenceEngine

    engine = ReferenceEngine(cast("Catalogue", _FolderCatalogue(folder)))
    answers: dict[str, Any] = {}
    for number, question in enumerate(json.loads((folder / QUESTIONS).read_text())):
        model = question["network"]
        with np.load(folder / model / INPUTS) as asked:
            cases = list(zip(asked["pictures"], asked["units"], strict=True))
        layer = engine.output_layer("", model)
        answers[str(number)] = np.stack(
            [
                engine.explain(
                    "", model, picture, UnitChoice(layer, int(unit)), question["method"], question["parameters"], ""
                ).relevance
                for picture, unit in cases
            ]
        )
    np.savez(folder / ANSWERS, **answers)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
