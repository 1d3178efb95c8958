"""The histogram of 1 - p(label): how far a model is from the labels."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from domain.errors import HubError, Reason


@dataclass(frozen=True)
class Bin:
    """A bar from `lower` (included) to `upper` (excluded but for the last bar)."""

    lower: float
    upper: float
    samples: int
    correct: int


@dataclass(frozen=True)
class Histogram:
    """Bars from 0 to 1, how many samples they count, and how many have no label that the model knows."""

    bins: tuple[Bin, ...]
    samples: int
    without_label: int


def histogram(frame: pl.DataFrame, bins: int) -> Histogram:
    """Counts samples by 1 - p(label), in equal bins.

    Args:
        frame: the predictions of one model, as `predictions.SCHEMA` says.
        bins: how many, at least one.

    Raises:
        HubError: `LABELS_MISSING` if no sample has a label that the model knows.
    """
    labelled = frame.drop_nulls("label_score")
    if labelled.is_empty():
        raise HubError(
            Reason.LABELS_MISSING,
            "No sample that is predicted has a label that the model knows.",
            "Import the data set with labels that are among the model's classes.",
        )
    # Scores of float32 networks may pass 1 by a rounding error.
    errors = (1 - labelled["label_score"]).clip(0, 1).to_numpy()
    correct = (labelled["label_index"] == labelled["index"]).to_numpy()
    edges = np.arange(bins + 1) / bins
    counts, right = np.histogram(errors, edges)[0], np.histogram(errors[correct], edges)[0]
    return Histogram(
        bins=tuple(map(Bin, edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), right.tolist())),
        samples=labelled.height,
        without_label=frame.height - labelled.height,
    )
