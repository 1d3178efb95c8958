"""Pages of samples: all of a data set, or those whose answers meet some conditions, in a chosen order."""

from dataclasses import dataclass

import polars as pl

from suggest.statistics.answers import Answers, Point, Sample, points, sample_objects
from suggest.statistics.quantities import quantity


@dataclass(frozen=True)
class Order:
    """In which order: by a quantity (`quantities`), its smallest values first or last."""

    by: str = "number"
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
        wanted = wanted.filter(pl.col("label").cast(pl.String) == label)
    page = wanted.head(size + 1)
    return SamplePage(
        samples=sample_objects(page.head(size)),
        next_number=page["number"][size] if page.height > size else None,
    )


def ordered(answers: Answers, order: Order, met: pl.Expr) -> pl.Series:
    """The places of the rows that meet a condition, in an order: equal ones by number, those without a value last.

    Raises:
        HubError: `ARGUMENT_INVALID`.
    """
    key = quantity(order.by, answers).values
    place = pl.int_range(pl.len(), dtype=pl.UInt32)
    rows = answers.rows.select(key=key, number="number", place=place, met=met).filter("met")
    return rows.sort("key", "number", descending=[order.descending, False], nulls_last=True)["place"]


def point_page(answers: Answers, order: pl.Series, start: int, size: int) -> PointPage:
    """The samples from the position `start` of an order on, at most `size`."""
    following = start + size
    return PointPage(
        points=points(answers, answers.rows[order[start:following]]),
        next_position=following if following < len(order) else None,
        matches=len(order),
    )
