"""Calibration: whether a model is right as often as its scores say (Guo et al., "On Calibration of Modern Neural
Networks", 2017).
"""

from dataclasses import dataclass

import numpy as np

from suggest.statistics.answers import Answers
from suggest.statistics.histogram import labels_missing


@dataclass(frozen=True)
class CalibrationBin:
    """The samples with scores above `lower` and up to `upper`: their mean score and the share of right answers."""

    lower: float
    upper: float
    samples: int
    mean_score: float | None
    accuracy: float | None


@dataclass(frozen=True)
class Calibration:
    """A reliability diagram, and the expected calibration error in [0, 1] (equation 3 of the paper)."""

    bins: tuple[CalibrationBin, ...]
    expected_calibration_error: float
    samples: int
    without_label: int
    accuracy: float


def calibration(answers: Answers, bins: int) -> Calibration:
    """The reliability diagram of the first model.

    Args:
        answers: of one model.
        bins: how many of equal width, at least one; bin m holds the scores in ((m - 1) / bins, m / bins].

    Raises:
        HubError: `LABELS_MISSING` if no sample has a label that the model knows.
    """
    known = answers.rows.select("score@0", "correct@0").drop_nulls()
    if known.is_empty() and not answers.rows.is_empty():
        raise labels_missing()
    scores, correct = known["score@0"].to_numpy(), known["correct@0"].to_numpy()
    places = np.clip(np.ceil(scores * bins).astype(np.int64) - 1, 0, bins - 1)
    counts = np.bincount(places, minlength=bins)
    score_sums = np.bincount(places, scores, minlength=bins)
    right = np.bincount(places, correct, minlength=bins)
    return Calibration(
        bins=tuple(
            CalibrationBin(
                lower=place / bins,
                upper=(place + 1) / bins,
                samples=int(count),
                mean_score=float(score_sums[place] / count) if count else None,
                accuracy=float(right[place] / count) if count else None,
            )
            for place, count in enumerate(counts)
        ),
        # Σ count / n · |right / count - scores / count|
        expected_calibration_error=float(np.abs(right - score_sums).sum() / max(1, len(scores))),
        samples=len(scores),
        without_label=answers.rows.height - len(scores),
        accuracy=float(correct.sum() / max(1, len(scores))),
    )
