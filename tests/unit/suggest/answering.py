"""Answers worked out by hand, for tests of statistics."""

from collections.abc import Sequence

import polars as pl
from hypothesis import strategies as st

from domain.labels import ClassLabels
from suggest.statistics.answers import AnsweringModel, Answers, side_by_side
from suggest.statistics.predictions import SCHEMA

Row = tuple[int, int, float, int | None, float | None]
CLASSES = ("cat", "dog", "owl")


def frame(*rows: Row) -> pl.DataFrame:
    """Predictions: sample, index, score, label_index, label_score; the margin is the score, the entropy 1 - score."""
    return pl.DataFrame([(*row, row[2], 1 - row[2]) for row in rows], schema=SCHEMA, orient="row")


def samples(count: int, labels: Sequence[str | None] = (), **columns: Sequence[object]) -> pl.DataFrame:
    """Samples of a data set, with further columns."""
    known = {
        "number": range(count),
        "path": [f"{number}.png" for number in range(count)],
        "label": pl.Series([*labels, *[None] * (count - len(labels))], dtype=pl.Enum(CLASSES)),
        "width": [8] * count,
        "height": [6] * count,
    }
    return pl.DataFrame(known | {f"column:{name}": values for name, values in columns.items()})


def model(number: int, classes: Sequence[str] = CLASSES) -> AnsweringModel:
    """A model with the id m1, m2 ... and the name net-1, net-2 ..."""
    return AnsweringModel(f"m{number}", f"net-{number}", ClassLabels(names=tuple(classes)))


def answers(frames: Sequence[pl.DataFrame], table: pl.DataFrame, classes: Sequence[str] = CLASSES) -> Answers:
    """The answers of as many models as there are frames."""
    return side_by_side([model(number + 1, classes) for number in range(len(frames))], frames, table)


FIRST = frame((0, 0, 0.9, 0, 0.9), (1, 1, 0.6, 0, 0.3), (2, 0, 0.2, None, None))
SECOND = frame((0, 0, 0.7, 0, 0.7), (1, 1, 0.2, 0, 0.1), (2, 1, 0.9, 1, 0.9), (3, 0, 1, 0, 1))
TABLE = samples(5, ["cat", "cat", "dog", "cat"], age=[30, 7, None, 12, 1], place=["zoo", None, "zoo", "home", "home"])
BOTH = answers([FIRST, SECOND], TABLE)

scores = st.floats(0, 1)


@st.composite
def predicted(draw: st.DrawFn, models: int) -> list[pl.DataFrame]:
    """Predictions of models for the same samples, at most twelve."""
    count = draw(st.integers(0, 12))
    row = st.tuples(st.sampled_from(range(3)), scores, st.none() | st.tuples(st.sampled_from(range(3)), scores))

    def one() -> pl.DataFrame:
        rows = draw(st.lists(row, min_size=count, max_size=count))
        return frame(
            *((number, index, score, *(label or (None, None))) for number, (index, score, label) in enumerate(rows))
        )

    return [one() for _ in range(models)]
