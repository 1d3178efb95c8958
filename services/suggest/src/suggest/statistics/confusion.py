"""Confusions: who says A where the label, or another model, says B."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from domain.errors import HubError, Reason
from domain.labels import normalised
from suggest.statistics.answers import Answers
from suggest.statistics.counting import pairs
from suggest.statistics.quantities import Kind, quantity

_MOST_CONFUSED = 50


@dataclass(frozen=True)
class Confusion:
    """A confusion matrix.

    Attributes:
        rows: classes with their counts, the most frequent first.
        columns: the same of the answers.
        cells: row, column and count of those that are not empty, among these rows and columns.
        most_confused: the fullest cells with two different classes, of all rows and columns.
        samples: counted.
        equal: of them, where both sides say the same.
        without_label: left out.
    """

    rows: tuple[tuple[str, int], ...]
    columns: tuple[tuple[str, int], ...]
    cells: tuple[tuple[str, str, int], ...]
    most_confused: tuple[tuple[str, str, int], ...]
    samples: int
    equal: int
    without_label: int


def confusion(answers: Answers, column: str, max_classes: int) -> Confusion:
    """Holds the last model's answers against the first's, or the only one's against labels.

    Words mean the classes that they mean as labels (`ClassLabels.index_of`: by name, alias or number), and classes of
    two models are the same if their names may be spelled so.

    Args:
        answers: of one or two models.
        column: for one model, which labels; empty means the label.
        max_classes: how many rows and columns to return at most.

    Raises:
        HubError: `ARGUMENT_INVALID` for a column that holds no words; `LABELS_MISSING` where no sample has a label.
    """
    first, second = _against(answers, column), _Side.of_model(answers, len(answers.models) - 1)
    known = first.codes.is_not_null()
    if answers.rows.height and not known.any():
        raise HubError(Reason.LABELS_MISSING, "No sample that is predicted has such a label.", "Name another column.")
    samples = int(known.sum())
    rows, columns, counts = pairs(*(side.codes.filter(known).to_numpy() for side in (first, second)))
    cells = pl.DataFrame({"row": first.named(rows), "column": second.named(columns), "samples": counts})
    cells = _in_one_spelling(cells, _spellings(first.names, answers), first.names, second.names)
    frequent = [_frequent(cells, side, max_classes) for side in ("row", "column")]
    (row_names, _), (column_names, _) = frequent
    shown = cells.filter(pl.col("row").is_in(row_names), pl.col("column").is_in(column_names))
    different = cells.filter(pl.col("row") != pl.col("column"))
    order = ["samples", "row", "column"]
    return Confusion(
        rows=tuple(zip(*frequent[0], strict=True)),
        columns=tuple(zip(*frequent[1], strict=True)),
        cells=tuple(shown.sort("row", "column").iter_rows()),
        most_confused=tuple(different.sort(order, descending=[True, False, False]).head(_MOST_CONFUSED).iter_rows()),
        samples=samples,
        equal=samples - int(different["samples"].sum()),
        without_label=answers.rows.height - samples,
    )


@dataclass(frozen=True)
class _Side:
    """What every sample is called on one side: a number (null for nothing), and the name that it stands for."""

    codes: pl.Series
    names: Sequence[str]

    def named(self, codes: NDArray[np.int64]) -> pl.Series:
        """The names of some numbers."""
        return pl.Series(self.names, dtype=pl.String).gather(codes)

    @classmethod
    def of_model(cls, answers: Answers, position: int) -> Self:
        return cls(answers.rows[f"index@{position}"], answers.models[position].classes)

    @classmethod
    def of_words(cls, words: pl.Series) -> Self:
        kind = words.dtype if isinstance(words.dtype, pl.Enum) else pl.Enum(words.drop_nulls().unique().sort())
        return cls(words.cast(kind).to_physical(), kind.categories.to_list())


def _against(answers: Answers, column: str) -> _Side:
    """What the last model is held against: the first one, labels, or the words of another column."""
    if len(answers.models) > 1:
        return _Side.of_model(answers, 0)
    asked = quantity(column or "label", answers)
    if asked.kind is not Kind.WORD:
        raise HubError(Reason.ARGUMENT_INVALID, f"{column!r} is {asked.kind.value}.", "Name a column of labels.")
    return _Side.of_words(
        answers.rows["label"] if asked.name == "label" else answers.rows.select(asked.values).to_series()
    )


def _spellings(words: Sequence[str], answers: Answers) -> dict[str, str]:
    """The words that the last model calls otherwise, and what it calls them."""
    last = answers.models[-1]
    if len(answers.models) > 1:
        own = {normalised(name): name for name in last.classes}
        meant = {word: own.get(normalised(word), word) for word in words}
    else:
        units = {word: last.labels.index_of(word) for word in words}
        meant = {word: word if unit is None else last.classes[unit] for word, unit in units.items()}
    return {word: name for word, name in meant.items() if name != word}


def _in_one_spelling(
    cells: pl.DataFrame, spellings: dict[str, str], rows: Sequence[str], columns: Sequence[str]
) -> pl.DataFrame:
    """The cells with rows spelled as columns are; those that are the same then are one."""
    if not spellings and len(set(rows)) == len(rows) and len(set(columns)) == len(columns):
        return cells
    respelled = cells.with_columns(pl.col("row").replace(spellings))
    return respelled.group_by("row", "column").agg(pl.col("samples").sum())


def _frequent(cells: pl.DataFrame, side: str, most: int) -> tuple[list[str], list[int]]:
    counts = cells.group_by(side).agg(pl.col("samples").sum()).sort(["samples", side], descending=[True, False])
    kept = counts.head(most)
    return kept[side].to_list(), kept["samples"].to_list()
