"""Histograms: how a quantity is spread over samples, and how many of them the model answers rightly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.errors import HubError, Reason
from suggest.statistics.answers import Answers
from suggest.statistics.quantities import quantity

LABEL_ERROR = "label_error"
SHARES = (LABEL_ERROR, "score", "margin")
"""Quantities in [0, 1]."""
OF_ANSWERS = (*SHARES, "entropy")
"""Quantities of answers that can be counted."""


@dataclass(frozen=True)
class Bin:
    """A bar from `lower` (included) to `upper` (excluded but for the last bar)."""

    lower: float
    upper: float
    samples: int
    correct: int


@dataclass(frozen=True)
class Histogram:
    """Bars, how many samples they count, and how many have no label that the model knows where one is needed."""

    bins: tuple[Bin, ...]
    samples: int
    without_label: int


def answers_histogram(answers: Answers, name: str, bins: int) -> Histogram:
    """Counts samples by a quantity of the first model's answers, in equal bins.

    Args:
        answers: of one model.
        name: one of `OF_ANSWERS`.
        bins: how many, at least one.

    Raises:
        HubError: `LABELS_MISSING` if 1 - p(label) is asked for and no sample has a label that the model knows.
    """
    counted = answers.rows.select(value=quantity(name, answers).values, correct="correct@0").drop_nulls("value")
    if counted.is_empty() and not answers.rows.is_empty():
        raise labels_missing()
    values = counted["value"].to_numpy()
    # Scores of float32 networks may pass 1 by a rounding error.
    found = values.clip(0, 1) if name in SHARES else values
    bounds = (0.0, 1.0) if name in SHARES else (0.0, float(found.max(initial=0)))
    correct = counted["correct"].fill_null(value=False).to_numpy()
    return Histogram(histogram(found, correct, bins, bounds), counted.height, answers.rows.height - counted.height)


def histogram(
    values: NDArray[np.floating], correct: NDArray[np.bool_], bins: int, bounds: Sequence[float]
) -> tuple[Bin, ...]:
    """Counts values (samples,) and those of them with a right answer (samples,) in equal bins between two bounds."""
    low, high = bounds[0], bounds[1] if bounds[1] > bounds[0] else bounds[0] + 1
    edges = low + (high - low) * np.arange(bins + 1) / bins
    counts, right = np.histogram(values, edges)[0], np.histogram(values[correct], edges)[0]
    return tuple(map(Bin, edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), right.tolist()))


def labels_missing() -> HubError:
    """That nothing can be said since no sample has a label that the model knows."""
    return HubError(
        Reason.LABELS_MISSING,
        "No sample that is predicted has a label that the model knows.",
        "Import the data set with labels that are among the model's classes.",
    )
