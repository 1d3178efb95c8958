"""What runs in the child processes that assess. Cheap to import: TensorFlow comes with `initialize`."""

import os
from typing import TYPE_CHECKING

from domain.explanations import Engine
from domain.quality import RandomisationStep
from explainer.trust.curves import CurveKind, Values
from explainer.trust.subject import Subject
from explainer.workshop import Computing, workshop

if TYPE_CHECKING:
    from explainer.trust.assessing import Assessing

_NICENESS = 10
"""The operating system gives the processes that people wait for their turn first."""
_assessing: "dict[Engine, Assessing]" = {}


def initialize(computing: Computing, *, native: bool) -> None:
    """Makes this process one that assesses explanations of the native engine, or of those with innvestigate."""
    global _assessing
    os.nice(_NICENESS)
    equipped = workshop(computing, native=native)
    from explainer.trust.assessing import Assessing
    from explainer.trust.reweighting import reweighting

    _assessing = {
        engine: Assessing(equipped, engine, reweighting(equipped, engine), computing.batch_memory_bytes)
        for engine in equipped.engines
    }


def depths(subject: Subject) -> tuple[int, tuple[int, ...]]:
    """`Assessing.depths` of this process."""
    return _here(subject).depths(subject)


def randomised(subject: Subject, depth: int) -> RandomisationStep:
    """`Assessing.randomised` of this process."""
    return _here(subject).randomised(subject, depth)


def curve(subject: Subject, kind: CurveKind, number: int | None) -> Values:
    """`Assessing.curve` of this process."""
    return _here(subject).curve(subject, kind, number)


def disturbed(subject: Subject, number: int) -> tuple[float, float]:
    """`Assessing.disturbed` of this process."""
    return _here(subject).disturbed(subject, number)


def _here(subject: Subject) -> "Assessing":
    assert _assessing, "initialize was not called in this process"
    return _assessing[subject.record.engine]
