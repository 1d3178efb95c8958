"""The agreement map: how sure the models are of a sample, against how many different answers they give.

What it says about all samples (quadrants, cells) is counted; what can be clicked is a bounded part of them. So its
size, and the time it takes to draw, follow from the screen and not from the data set.
"""

from dataclasses import dataclass
from itertools import product

import polars as pl

from suggest.statistics.answers import Answers, Point, points
from suggest.statistics.counting import pairs

_SEED = 0
_CELLS = 50
"""Across the mean scores from 0 to 1."""


@dataclass(frozen=True)
class Quadrant:
    """A quarter of the map, and how many samples lie in it."""

    agree: bool
    sure: bool
    samples: int

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{'Agree' if self.agree else 'Disagree'}, {'sure' if self.sure else 'unsure'}"

    @property
    def meaning(self) -> str:
        """What it means for who looks at it."""
        return _MEANINGS[self.agree, self.sure]


@dataclass(frozen=True)
class Cell:
    """A cell of the map: mean scores from `lower` (included) to `upper`, and how many samples it holds."""

    lower: float
    upper: float
    predicted_classes: int
    samples: int


@dataclass(frozen=True)
class Agreement:
    """The map: `samples` lie on it, `points` are all of them or a part, quadrants and cells count all of them."""

    samples: int
    points: tuple[Point, ...]
    quadrants: tuple[Quadrant, ...]
    cells: tuple[Cell, ...]


def agreement(answers: Answers, max_points: int, sure_score: float) -> Agreement:
    """The map of samples.

    Args:
        answers: of at least one model.
        max_points: of more samples than this, a part becomes points: the same one every time, and as many of each
            quadrant as there is room for, so that rare cases are not lost among a million usual ones.
        sure_score: the mean score from which the models count as sure.

    Returns:
        The map, with points in the order of sample numbers, quadrants from agreeing and sure to neither, and the
        cells that are not empty.
    """
    quarters = answers.rows.select(
        row=pl.int_range(pl.len(), dtype=pl.UInt32),
        agree=pl.col("predicted_classes") == 1,
        sure=pl.col("mean_score") >= sure_score,
    )
    counts = {(agree, sure): count for agree, sure, count in quarters.group_by("agree", "sure").len().iter_rows()}
    return Agreement(
        samples=answers.rows.height,
        points=points(answers, _shown(answers.rows, quarters, counts, max_points)),
        quadrants=tuple(
            Quadrant(agree, sure, counts.get((agree, sure), 0)) for agree, sure in product((True, False), repeat=2)
        ),
        cells=_cells(answers.rows),
    )


def _shown(
    rows: pl.DataFrame, quarters: pl.DataFrame, counts: dict[tuple[bool, bool], int], max_points: int
) -> pl.DataFrame:
    if rows.height <= max_points:
        return rows
    shares = _shares(counts, max_points)
    drawn = [
        quarters.filter(pl.col("agree") == agree, pl.col("sure") == sure)["row"].sample(share, seed=_SEED)
        for (agree, sure), share in shares.items()
    ]
    return rows[pl.concat(drawn).sort()]


def _shares(counts: dict[tuple[bool, bool], int], room: int) -> dict[tuple[bool, bool], int]:
    """How many of each group are shown: the room is shared out evenly, and what a small one leaves goes to others."""
    shares = {}
    for left, (group, count) in zip(
        range(len(counts), 0, -1), sorted(counts.items(), key=lambda entry: (entry[1], entry[0])), strict=True
    ):
        shares[group] = min(count, room // left)
        room -= shares[group]
    return shares


def _cells(rows: pl.DataFrame) -> tuple[Cell, ...]:
    places = rows.select((pl.col("mean_score") * _CELLS).floor().clip(0, _CELLS - 1).cast(pl.UInt32)).to_series()
    counted = pairs(places.to_numpy(), rows["predicted_classes"].to_numpy())
    return tuple(
        Cell(place / _CELLS, (place + 1) / _CELLS, classes, count)
        for place, classes, count in zip(*(column.tolist() for column in counted), strict=True)
    )


_MEANINGS = {
    (True, True): "All models give the same answer and are sure of it: easy samples, or a bias that all of them share.",
    (True, False): "All models give the same answer and none is sure: hard samples, or a class that is hard to see.",
    (False, True): "The models contradict each other and are sure: wrong labels, two things in one picture, or a model "
    "that looks at something else.",
    (False, False): "The models contradict each other and are unsure: unlike what they were trained on.",
}
