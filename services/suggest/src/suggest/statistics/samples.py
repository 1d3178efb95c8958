"""Pages of samples: all of a data set, or those whose answers meet some conditions, in a chosen order."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import and_

import polars as pl

from suggest.statistics.answers import Point, Sample, points, side_by_side

SAMPLE_COLUMNS = ("number", "path", "label", "width", "height")
"""What a frame of samples holds, in the order of their numbers."""


class Order(StrEnum):
    """What samples can be sorted by."""

    NUMBER = "number"
    MEAN_SCORE = "mean_score"
    PREDICTED_CLASSES = "predicted_classes"
    LABEL_ERROR = "label_error"


@dataclass(frozen=True)
class Query:
    """Which samples, and in which order. All conditions must be met; None is no condition.

    `predicted`, `correct` and the label errors (1 - p(label)) are those of the first model.
    """

    label: str | None = None
    predicted: str | None = None
    correct: bool | None = None
    min_label_error: float | None = None
    max_label_error: float | None = None
    order: Order = Order.NUMBER
    descending: bool = False


@dataclass(frozen=True)
class SamplePage:
    """Samples, and the number from which the next page goes on; None on the last."""

    samples: tuple[Sample, ...]
    next_number: int | None


@dataclass(frozen=True)
class PointPage:
    """Samples with answers, the position at which the next page begins (None on the last), and how many match."""

    points: tuple[Point, ...]
    next_position: int | None
    matches: int


def sample_page(samples: pl.DataFrame, label: str | None, start: int, size: int) -> SamplePage:
    """The first samples from the number `start` on, perhaps only those with one label.

    Args:
        samples: columns `SAMPLE_COLUMNS`.
        label: or None for all.
        start: the lowest number wanted.
        size: the most samples to return.
    """
    wanted = samples.filter(pl.col("number") >= start)
    if label is not None:
        wanted = wanted.filter(pl.col("label") == label)
    page = wanted.head(size + 1)
    return SamplePage(
        samples=tuple(Sample(*row) for row in page.head(size).select(SAMPLE_COLUMNS).iter_rows()),
        next_number=page["number"][size] if page.height > size else None,
    )


def point_page(
    frames: Sequence[pl.DataFrame], samples: pl.DataFrame, models: Sequence[str], query: Query, start: int, size: int
) -> PointPage:
    """The samples that all models have predicted and that meet the query, from the position `start` on.

    Equal ones stand in the order of their numbers, and those without a label error behind all others.

    Args:
        frames: one a model, as `predictions.SCHEMA` says.
        samples: columns `SAMPLE_COLUMNS`.
        models: ids of the models.
        query: conditions and order.
        start: how many of the samples to pass over.
        size: the most samples to return.
    """
    rows = side_by_side(frames).with_columns(label_error=1 - pl.col("label_score_0"))
    if query.label is not None:
        labelled = samples.filter(pl.col("label") == query.label)
        rows = rows.join(labelled, left_on="sample", right_on="number", how="semi", maintain_order="left")
    matching = rows.filter(reduce(and_, _conditions(query), pl.lit(value=True)))
    key = "sample" if query.order is Order.NUMBER else query.order.value
    ordered = matching.sort(
        key, "sample", descending=[query.descending, query.descending and key == "sample"], nulls_last=True
    )
    following = start + size
    return PointPage(
        points=points(ordered.slice(start, size), samples, models),
        next_position=following if following < ordered.height else None,
        matches=ordered.height,
    )


def _conditions(query: Query) -> list[pl.Expr]:
    conditions = []
    if query.predicted is not None:
        conditions.append(pl.col("name_0") == query.predicted)
    if query.correct is not None:
        conditions.append(pl.col("correct_0") == query.correct)
    if query.min_label_error is not None:
        conditions.append(pl.col("label_error") >= query.min_label_error)
    if query.max_label_error is not None:
        conditions.append(pl.col("label_error") <= query.max_label_error)
    return conditions
