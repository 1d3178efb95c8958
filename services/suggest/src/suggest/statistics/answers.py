"""The answers of several models side by side, and as small objects for those who look at single samples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import polars as pl
from numpy.typing import NDArray

from domain.labels import ClassLabels, normalised

_ROWS_AT_ONCE = 65_536
SAMPLE_COLUMNS = ("number", "path", "label", "width", "height")
"""What a frame of samples holds, in the order of their numbers; more columns are what else is known of them."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample of a data set."""

    number: int
    path: str
    label: str | None
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The class that a model predicts; `label_score` and `correct` are None where it knows no class of the label."""

    model: str
    index: int
    name: str
    score: float
    label_score: float | None
    correct: bool | None


@dataclass(frozen=True, slots=True)
class Point:
    """A sample with all answers: the mean score of the predicted classes, and how many different ones there are."""

    sample: Sample
    mean_score: float
    predicted_classes: int
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class AnsweringModel:
    """A model: its id, its name, and what its classes are called."""

    id: str
    name: str
    labels: ClassLabels

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of its classes, in the order of its units."""
        return self.labels.names


@dataclass(frozen=True)
class Answers:
    """The samples that some models have all predicted, with what is known of them.

    Attributes:
        models: at least one.
        rows: a row a sample, in the order of their numbers: `SAMPLE_COLUMNS` and what else is known of samples;
            `mean_score` and `predicted_classes`; and, with `@` and the model's position behind them, the columns of
            `predictions.SCHEMA`, `class` (one number for one name, whatever the model and the spelling) and `correct`.
    """

    models: tuple[AnsweringModel, ...]
    rows: pl.DataFrame


def side_by_side(models: Sequence[AnsweringModel], frames: Sequence[pl.DataFrame], samples: pl.DataFrame) -> Answers:
    """The answers of models to the samples that all of them have predicted.

    Args:
        models: at least one.
        frames: one a model, as `predictions.SCHEMA` says.
        samples: columns `SAMPLE_COLUMNS`, and more.
    """
    numbers: dict[str, int] = {}
    joined = samples
    for position, (model, frame) in enumerate(zip(models, frames, strict=True)):
        joined = _joined(joined, _numbered(frame, model, position, numbers))
    means, different = _means_and_classes(joined, len(models))
    rows = joined.with_columns(pl.Series("mean_score", means), pl.Series("predicted_classes", different))
    return Answers(tuple(models), rows)


def points(answers: Answers, rows: pl.DataFrame) -> tuple[Point, ...]:
    """Some rows of answers as objects, in their order."""
    wanted = [name for name in rows.columns if not name.startswith("column:")]
    columns = rows.select(wanted).to_dict(as_series=False)
    told = zip(*(_told(columns, position, model) for position, model in enumerate(answers.models)), strict=True)
    samples = map(Sample, *(columns[name] for name in SAMPLE_COLUMNS))
    return tuple(map(Point, samples, columns["mean_score"], columns["predicted_classes"], told))


def sample_objects(rows: pl.DataFrame) -> tuple[Sample, ...]:
    """Rows of samples as objects, in their order."""
    return tuple(Sample(*row) for row in rows.select(SAMPLE_COLUMNS).iter_rows())


def _means_and_classes(rows: pl.DataFrame, models: int) -> tuple[NDArray[np.float64], NDArray[np.uint32]]:
    """The mean score, and the number of different classes, of every row: some rows at a time, to save memory."""
    means, different = np.empty(rows.height), np.empty(rows.height, np.uint32)
    for start in range(0, rows.height, _ROWS_AT_ONCE):
        some, place = rows[start : start + _ROWS_AT_ONCE], slice(start, start + _ROWS_AT_ONCE)
        # NumPy, since the mean over a row there is the same to the last bit as that of the scores by themselves.
        means[place] = some.select(f"score@{model}" for model in range(models)).to_numpy(order="c").mean(axis=1)
        classes = np.sort(some.select(f"class@{model}" for model in range(models)).to_numpy(order="c"), axis=1)
        different[place] = 1 + np.count_nonzero(np.diff(classes, axis=1), axis=1)
    return means, different


def _joined(rows: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    if rows.height == frame.height and rows["number"].equals(frame["sample"]):
        # Whole data sets need no search, and nothing is copied.
        return rows.hstack(frame.drop("sample"))
    return rows.join(frame, left_on="number", right_on="sample", how="inner", maintain_order="left")


def _numbered(frame: pl.DataFrame, model: AnsweringModel, position: int, numbers: dict[str, int]) -> pl.DataFrame:
    shared = np.asarray([numbers.setdefault(normalised(name), len(numbers)) for name in model.classes], np.uint32)
    told = frame.with_columns(
        pl.Series("class", shared[frame["index"].to_numpy()], dtype=pl.UInt32),
        (pl.col("label_index") == pl.col("index")).alias("correct"),
    )
    return told.rename(lambda name: name if name == "sample" else f"{name}@{position}")


def _told(columns: dict[str, list[object]], position: int, model: AnsweringModel) -> Iterator[Answer]:
    index, score, label_score, correct = (
        columns[f"{name}@{position}"] for name in ("index", "score", "label_score", "correct")
    )
    names = (model.classes[unit] for unit in index)  # type: ignore[call-overload]
    return map(Answer, repeat(model.id), index, names, score, label_score, correct)
