"""Confusions: who says A where the label, or another model, says B."""

from dataclasses import dataclass

import polars as pl

from domain.errors import HubError, Reason
from domain.labels import normalised
from suggest.statistics.answers import Answers
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

    Classes count as the same if they are spelled as labels may be (`domain.labels.normalised`).

    Args:
        answers: of one or two models.
        column: for one model, which labels; empty means the label.
        max_classes: how many rows and columns to return at most.

    Raises:
        HubError: `ARGUMENT_INVALID` for a column that holds no words; `LABELS_MISSING` where no sample has a label.
    """
    said = quantity(f"predicted@{answers.models[-1].id}", answers)
    against = quantity("predicted" if len(answers.models) > 1 else column or "label", answers)
    if against.kind is not Kind.WORD:
        raise HubError(Reason.ARGUMENT_INVALID, f"{column!r} is {against.kind.value}.", "Name a column of labels.")
    rows = answers.rows.select(row=against.values, column=said.values)
    known = rows.drop_nulls("row")
    if known.is_empty() and not rows.is_empty():
        raise HubError(Reason.LABELS_MISSING, "No sample that is predicted has such a label.", "Name another column.")
    cells = _same_spelling(known.group_by("row", "column").len("samples"))
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
        samples=known.height,
        equal=known.height - int(different["samples"].sum()),
        without_label=rows.height - known.height,
    )


def _same_spelling(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells with labels spelled as the answers are, where they mean the same."""
    spelling = {normalised(name): name for name in cells["column"].unique()}
    names = cells["row"].unique().to_list()
    changed = {name: spelling.get(normalised(name), name) for name in names}
    renamed = cells.with_columns(row=pl.col("row").replace(changed))
    return renamed.group_by("row", "column").agg(pl.col("samples").sum())


def _frequent(cells: pl.DataFrame, side: str, most: int) -> tuple[list[str], list[int]]:
    counts = cells.group_by(side).agg(pl.col("samples").sum()).sort(["samples", side], descending=[True, False])
    kept = counts.head(most)
    return kept[side].to_list(), kept["samples"].to_list()
