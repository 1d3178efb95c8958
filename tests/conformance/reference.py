"""Asking innvestigate: all questions at once, in a process of its own (see `reference_process`)."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from conformance import reference_process
from conformance.asking import GRADIENTS, applies
from conformance.networks import NETWORKS, FloatArray, best_units, inputs, network

from explainer.reference.analyzers import ANALYZERS

_OTHER_PARAMETERS: Mapping[str, dict[str, Any]] = {
    "gradient": {"reduction": "absolute"},
    "guided_backprop": {"start": "output"},
    "integrated_gradients": {"steps": 18, "baseline": 0.5},
    "lrp.epsilon": {"epsilon": 0.05},
    "lrp.sequential_preset_a": {"epsilon": 0.25},
}
"""Beside the defaults, so that both engines are seen to heed what they are told."""
_ON_NORMALISED = {*GRADIENTS, "guided_backprop", "lrp.epsilon"}


@dataclass(frozen=True)
class ReferenceQuestion:
    """What both engines are asked: for every picture of a network, for the class that it is given."""

    network: str
    method: str
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """For reports of tests."""
        settings = [f"{key}={value}" for key, value in self.parameters.items()]
        return "-".join([self.method, self.network, *settings])


ReferenceAnswers = Mapping[str, FloatArray]
"""Relevance by the name of the question."""


def questions() -> list[ReferenceQuestion]:
    """For all methods that innvestigate has, on all networks where both are to agree."""
    pairs = [
        (name, method)
        for method in ANALYZERS
        for name in NETWORKS
        if applies(method, network(name)) and (name != "normalised" or method in _ON_NORMALISED)
    ]
    usual = [ReferenceQuestion(name, method) for name, method in pairs]
    others = [
        ReferenceQuestion(name, method, _OTHER_PARAMETERS[method])
        for name, method in pairs
        if name == "plain" and method in _OTHER_PARAMETERS
    ]
    return [*usual, *others]


def answered(folder: Path) -> ReferenceAnswers:
    """Runs the process."""
    asked = questions()
    for name in NETWORKS:
        own = folder / name
        own.mkdir()
        (own / reference_process.DESCRIPTION).write_text(network(name).description.model_dump_json())
        network(name).save_weights(own / reference_process.WEIGHTS)
        pictures = inputs(name)
        np.savez(own / reference_process.INPUTS, pictures=pictures, units=best_units(name, pictures))
    (folder / reference_process.QUESTIONS).write_text(json.dumps([asdict(question) for question in asked]))
    program = [sys.executable, reference_process.__file__, str(folder)]
    outcome = subprocess.run(program, capture_output=True, text=True, timeout=300, check=False)
    assert outcome.returncode == 0, outcome.stderr[-3000:]
    with np.load(folder / reference_process.ANSWERS) as answers:
        return {question.name: answers[str(number)] for number, question in enumerate(asked)}
