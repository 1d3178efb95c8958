"""What runs in the child processes that assess. Cheap to import: TensorFlow comes with `initialize`."""

import os
from typing import TYPE_CHECKING

from backplane.settings import StoreSettings
from domain.explanations import Engine
from domain.quality import RandomisationStep
from explainer.child import prepared
from explainer.trust.curves import CurveKind, Values
from explainer.trust.subject import Subject

if TYPE_CHECKING:
    from explainer.trust.assessing import Assessing

_NICENESS = 10
"""The operating system gives the processes that people wait for their turn first."""
_assessing: "Assessing | None" = None


def initialize(
    engine: Engine, store: StoreSettings, threads: int, network_memory_bytes: int, batch_memory_bytes: int
) -> None:
    """Makes this process one that assesses explanations of one of the engines."""
    global _assessing
    os.nice(_NICENESS)
    artifacts, catalogue, chosen = prepared(engine, store, threads, network_memory_bytes, batch_memory_bytes)
    from explainer.trust.assessing import Assessing
    from explainer.trust.reweighting import reweighting

    _assessing = Assessing(artifacts, catalogue, chosen, reweighting(chosen, catalogue), batch_memory_bytes)


def depths(subject: Subject) -> tuple[int, tuple[int, ...]]:
    """`Assessing.depths` of this process."""
    return _here().depths(subject)


def randomised(subject: Subject, depth: int) -> RandomisationStep:
    """`Assessing.randomised` of this process."""
    return _here().randomised(subject, depth)


def curve(subject: Subject, kind: CurveKind, number: int | None) -> Values:
    """`Assessing.curve` of this process."""
    return _here().curve(subject, kind, number)


def disturbed(subject: Subject, number: int) -> tuple[float, float]:
    """`Assessing.disturbed` of this process."""
    return _here().disturbed(subject, number)


def _here() -> "Assessing":
    assert _assessing is not None, "initialize was not called in this process"
    return _assessing
