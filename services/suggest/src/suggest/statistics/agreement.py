"""The agreement map: how sure the models are of a sample, against how many different answers they give."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import polars as pl

from suggest.statistics.answers import Point, points, side_by_side

_SEED = 0


@dataclass(frozen=True)
class Quadrant:
    """A quarter of the map, and how many samples lie in it."""

    agree: bool
    sure: bool
    samples: int


@dataclass(frozen=True)
class Agreement:
    """The map: `samples` lie on it, `points` are all of them or a part, `quadrants` count all of them."""

    samples: int
    points: tuple[Point, ...]
    quadrants: tuple[Quadrant, ...]


def agreement(
    frames: Sequence[pl.DataFrame], samples: pl.DataFrame, models: Sequence[str], max_points: int, sure_score: float
) -> Agreement:
    """The map of the samples that all models have predicted.

    Args:
        frames: one a model, as `predictions.SCHEMA` says.
        samples: the samples of the data set, as for `answers.points`.
        models: ids of the models.
        max_points: of more samples than this, a uniform sample becomes points: the same one every time.
        sure_score: the mean score from which the models count as sure.

    Returns:
        The map, with points in the order of sample numbers and quadrants from agreeing and sure to neither.
    """
    rows = side_by_side(frames)
    shown = rows if rows.height <= max_points else rows.sample(max_points, seed=_SEED).sort("sample")
    quarters = rows.select(agree=pl.col("predicted_classes") == 1, sure=pl.col("mean_score") >= sure_score)
    counts = {(agree, sure): count for agree, sure, count in quarters.group_by("agree", "sure").len().iter_rows()}
    return Agreement(
        samples=rows.height,
        points=points(shown, samples, models),
        quadrants=tuple(
            Quadrant(agree, sure, counts.get((agree, sure), 0)) for agree, sure in product((True, False), repeat=2)
        ),
    )
