"""Asking innvestigate: all questions at once, in a process of its own (see `reference_process`)."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from conformance import reference_process
from conformance.networks import NETWORKS, FloatArray, best_units, inputs, network

from domain.explanations import Engine


@dataclass(frozen=True)
class ReferenceQuestion:
    """What an engine is asked: for every picture of a network, for the class that it is given."""

    network: str
    method: str
    parameters: dict[str, Any] = field(default_factory=dict)
    engine: Engine = Engine.INNVESTIGATE

    @property
    def name(self) -> str:
        """For reports of tests."""
        settings = [f"{key}={value}" for key, value in self.parameters.items()]
        return "-".join([self.engine, self.method, self.network, *settings])


@dataclass(frozen=True)
class ReferenceAnswer:
    """The answer to a question: relevance with warnings, or why it was refused."""

    relevance: FloatArray | None
    warnings: tuple[str, ...]
    refusal: str


ReferenceAnswers = Mapping[str, ReferenceAnswer]
"""By the name of the question."""


def answered(questions: Sequence[ReferenceQuestion], folder: Path) -> ReferenceAnswers:
    """Runs the process."""
    for name in NETWORKS:
        own = folder / name
        own.mkdir()
        (own / reference_process.DESCRIPTION).write_text(network(name).description.model_dump_json())
        network(name).save_weights(own / reference_process.WEIGHTS)
        pictures = inputs(name)
        np.savez(own / reference_process.INPUTS, pictures=pictures, units=best_units(name, pictures))
    (folder / reference_process.QUESTIONS).write_text(json.dumps([asdict(question) for question in questions]))
    program = [sys.executable, reference_process.__file__, str(folder)]
    outcome = subprocess.run(program, capture_output=True, text=True, timeout=300, check=False)
    assert outcome.returncode == 0, outcome.stderr[-3000:]
    remarks = json.loads((folder / reference_process.REMARKS).read_text())
    with np.load(folder / reference_process.ANSWERS) as answers:
        return {
            question.name: ReferenceAnswer(None, (), remark)
            if isinstance(remark, str)
            else ReferenceAnswer(answers[str(number)], tuple(remark), "")
            for number, (question, remark) in enumerate(zip(questions, remarks, strict=True))
        }
