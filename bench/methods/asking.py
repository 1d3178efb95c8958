"""How the runner and the measuring processes speak: a task as the argument, and one line of JSON as the answer."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.methods.measuring import Effort, Figures

ROOT = Path(__file__).parents[2]
_LONGEST_REASON = 300


@dataclass(frozen=True)
class Task:
    """What a process is to measure: a method, by our id, on the network in a folder."""

    folder: str
    method: str
    effort: Effort

    @classmethod
    def given(cls) -> "Task":
        """The task that this process was started for."""
        task = json.loads(sys.argv[1])
        return cls(**(task | {"effort": Effort(**task["effort"])}))


@dataclass(frozen=True)
class Measurement:
    """What a process found: figures, the name of the method in its library, and the versions of what ran."""

    name: str
    versions: dict[str, str]
    figures: Figures


def answer(name: str, packages: Sequence[str], figures: Figures) -> None:
    """Prints what was measured, for the runner."""
    versions = {package: version(package) for package in packages}
    print(json.dumps({"name": name, "versions": versions, "figures": asdict(figures)}), flush=True)


def measurement(python: Path, module: str, task: Task) -> Measurement:
    """Starts a process and waits for its answer.

    Raises:
        ProcessFailedError: why there is none.
    """
    found = answered(python, module, json.dumps(asdict(task)), limit_seconds=task.effort.limit_seconds)
    return Measurement(found["name"], found["versions"], Figures(**found["figures"]))


class ProcessFailedError(Exception):
    """A process that ended without an answer."""


def answered(python: Path, module: str, *arguments: str, limit_seconds: float) -> Any:
    """The last line that a module prints when it is run, as JSON.

    Raises:
        ProcessFailedError: with the last line of its complaints.
    """
    program = [str(python), "-m", module, *arguments]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    try:
        outcome = subprocess.run(
            program, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=limit_seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise ProcessFailedError(f"not done after {limit_seconds:.0f} s") from None
    if outcome.returncode < 0:
        raise ProcessFailedError(f"ended by signal {-outcome.returncode}")
    if outcome.returncode:
        complaints = outcome.stderr.strip().splitlines() or ["it said nothing"]
        raise ProcessFailedError(complaints[-1][:_LONGEST_REASON])
    return json.loads(outcome.stdout.splitlines()[-1])
