"""Same answer, different reason: how far the maps of several models are alike for each sample."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from domain.explanations import RankedClass
from domain.labels import normalised
from suggest.statistics.likeness import Likeness
from suggest.statistics.relevance import Part

Compare = Callable[[int, int, int], Likeness]
"""The likeness of the maps of two models for a shard: the places of the models, and the number of the shard."""


@dataclass(frozen=True)
class Comparison:
    """How far the models are alike for one sample, over all pairs of them; None where no pair can be compared."""

    sample: int
    same_answer: bool
    predicted: tuple[RankedClass, ...]
    mean_correlation: float | None
    lowest_correlation: float | None
    mean_overlap: float | None
    lowest_overlap: float | None


@dataclass(frozen=True)
class ComparisonPage:
    """Samples, where the next page begins (None on the last), and how many there are, with the same answer or not."""

    comparisons: tuple[Comparison, ...]
    next_position: int | None
    samples: int
    same_answer: int


@dataclass(frozen=True)
class _Table:
    """All samples that all models explained (samples,): their shards and their places in them, and the measures over
    all pairs (measures, samples)."""

    numbers: NDArray[np.int64]
    shards: NDArray[np.int64]
    places: NDArray[np.int64]
    same_answer: NDArray[np.bool_]
    measures: NDArray[np.float64]


def comparison_page(models: Sequence[Mapping[int, Part]], compare: Compare, start: int, size: int) -> ComparisonPage:
    """The samples that all models explained, from the position `start` on.

    Those with the same answer come first, and of these the least alike first: by the mean rank correlation, those
    without one last, equal ones in the order of their numbers.

    Args:
        models: the parts of each, by the number of the shard; at least two.
        compare: says how far the maps of two of them are alike.
        start: how many samples to pass over.
        size: the most samples to return.
    """
    shards = sorted(set.intersection(*(set(parts) for parts in models)))
    table = _joined([_compared([parts[shard] for parts in models], shard, compare) for shard in shards])
    correlation = np.where(np.isnan(table.measures[0]), np.inf, table.measures[0])
    order = np.lexsort((table.numbers, correlation, ~table.same_answer))
    following = start + size
    return ComparisonPage(
        comparisons=tuple(
            Comparison(
                int(table.numbers[row]),
                bool(table.same_answer[row]),
                tuple(parts[int(table.shards[row])].predicted[table.places[row]] for parts in models),
                *(None if np.isnan(value) else float(value) for value in table.measures[:, row]),
            )
            for row in order[start:following]
        ),
        next_position=following if following < len(order) else None,
        samples=len(order),
        same_answer=int(table.same_answer.sum()),
    )


def _compared(parts: Sequence[Part], shard: int, compare: Compare) -> _Table:
    pairs = [compare(first, second, shard) for first, second in combinations(range(len(parts)), 2)]
    correlations, overlaps = (np.stack([getattr(pair, name) for pair in pairs]) for name in ("correlation", "overlap"))
    names = [[normalised(answer.name) for answer in part.predicted] for part in parts]
    explained = np.logical_and.reduce([part.explained for part in parts])
    measures = np.stack([*_mean_and_lowest(correlations), *_mean_and_lowest(overlaps)])
    return _Table(
        numbers=parts[0].numbers[explained],
        shards=np.full(explained.sum(), shard, np.int64),
        places=np.flatnonzero(explained),
        same_answer=np.asarray([len(set(row)) == 1 for row in zip(*names, strict=True)], bool)[explained],
        measures=measures[:, explained],
    )


def _mean_and_lowest(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Over pairs, of (pairs, samples), without what is NaN."""
    known = ~np.isnan(values)
    counted = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    mean = np.divide(total, counted, out=np.full(total.shape, np.nan), where=counted > 0)
    lowest = np.where(counted > 0, np.where(known, values, np.inf).min(axis=0), np.nan)
    return mean, lowest


def _joined(tables: Sequence[_Table]) -> _Table:
    if not tables:
        none = np.empty(0, np.int64)
        return _Table(none, none, none, np.empty(0, bool), np.empty((4, 0)))
    columns = ("numbers", "shards", "places", "same_answer", "measures")
    return _Table(*(np.concatenate([getattr(table, name) for table in tables], axis=-1) for name in columns))
