"""The measurement itself, the same in every process and library. Needs nothing but Python.

Memory is read from Linux' /proc.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median, quantiles

BATCH = 16
"""Pictures in a forward pass that methods of many evaluations are held against."""
_MANY = 8
"""From so many evaluations on, the cost is told per evaluation."""
_PASSES_AROUND = 3
_WARMING_PASSES = 2
_FEWEST_ROUNDS = 2

Forward = Callable[[int], object]
"""Runs the network on so many pictures."""
Explain = Callable[[], int]
"""Explains one picture; returns on how many pictures the network was asked for that."""


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes:
        rounds: at most so many calls of a method.
        seconds: no further round is begun after this time, except to have two.
        steps: of methods that take gradients at many points, also called samples.
        masks: of methods that hide parts of the picture.
        patch: side of the parts that are hidden one after the other, pixels.
        limit_seconds: a process that takes longer is given up.
    """

    rounds: int
    seconds: float
    steps: int
    masks: int
    patch: int
    limit_seconds: float


FULL = Effort(rounds=15, seconds=60.0, steps=64, masks=256, patch=16, limit_seconds=900.0)
QUICK = Effort(rounds=3, seconds=10.0, steps=16, masks=32, patch=32, limit_seconds=300.0)


@dataclass(frozen=True)
class Figures:
    """What was measured of a method.

    Attributes:
        evaluations: pictures on which the network was asked for one explanation.
        passes: cost in forward passes, of the whole or of one evaluation; the median of the rounds.
        passes_low: their lower quartile.
        passes_high: their upper quartile.
        images_per_second: explanations in a second.
        first_call_seconds: from nothing but the network to the first explanation: building, tracing, running.
        peak_megabytes: growth of the resident memory up to then, at its highest.
        forward_milliseconds: one picture's share of a forward pass.
        rounds: how often the method was called for the figures.
    """

    evaluations: int
    passes: float
    passes_low: float
    passes_high: float
    images_per_second: float
    first_call_seconds: float
    peak_megabytes: float
    forward_milliseconds: float
    rounds: int

    @property
    def per_evaluation(self) -> bool:
        """Whether `passes` is of one evaluation."""
        return is_many(self.evaluations)


def is_many(evaluations: int) -> bool:
    """Whether a method that asks the network so often is told per evaluation."""
    return evaluations >= _MANY


def measured(forward: Forward, build: Callable[[], Explain], effort: Effort) -> Figures:
    """Measures a method in this process.

    Forward passes are taken before and after each call of the method and compared with that call alone, so that a
    machine that becomes slower or faster meanwhile does not matter.
    """
    for _ in range(_WARMING_PASSES):
        forward(1)
    resident = _reset_peak()
    begun = time.perf_counter()
    explain = build()
    evaluations = explain()
    first_call = time.perf_counter() - begun
    peak = _kilobytes("VmHWM") - resident
    pictures, count = (BATCH, evaluations) if is_many(evaluations) else (1, 1)
    for _ in range(_WARMING_PASSES):
        forward(pictures)
    if first_call < effort.seconds / 4:
        explain()
    rounds = _rounds(lambda: forward(pictures), explain, effort)
    costs = [seconds / count / (passing / pictures) for seconds, passing in rounds]
    low, _, high = quantiles(costs, n=4, method="inclusive")
    return Figures(
        evaluations=evaluations,
        passes=median(costs),
        passes_low=low,
        passes_high=high,
        images_per_second=1.0 / median(seconds for seconds, _ in rounds),
        first_call_seconds=first_call,
        peak_megabytes=peak / 1024,
        forward_milliseconds=1000.0 * median(passing for _, passing in rounds) / pictures,
        rounds=len(rounds),
    )


def _rounds(forward: Callable[[], object], explain: Explain, effort: Effort) -> list[tuple[float, float]]:
    """For each call of the method its seconds, and those of a forward pass just then."""
    rounds: list[tuple[float, float]] = []
    begun = time.perf_counter()
    before = _passing(forward)
    while len(rounds) < _FEWEST_ROUNDS or (
        len(rounds) < effort.rounds and time.perf_counter() - begun < effort.seconds
    ):
        seconds = _seconds(explain)
        after = _passing(forward)
        rounds.append((seconds, mean([before, after])))
        before = after
    return rounds


def _passing(forward: Callable[[], object]) -> float:
    return median(_seconds(forward) for _ in range(_PASSES_AROUND))


def _seconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def _reset_peak() -> int:
    """Forgets the highest resident memory so far, part of which is the loading; returns the present one in KB."""
    Path("/proc/self/clear_refs").write_text("5")
    return _kilobytes("VmRSS")


def _kilobytes(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None, f"Linux tells no {name}"
    return int(found.group(1))
