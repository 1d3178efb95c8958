"""The answers of several models side by side, and as small objects for those who look at single samples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

import polars as pl


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


def side_by_side(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The samples that all models have predicted, in the order of their numbers.

    Args:
        frames: one a model, as `predictions.SCHEMA` says; at least one.

    Returns:
        Columns `sample`, `mean_score`, `predicted_classes`, and each column of a model with `_` and the model's
        position behind its name, `correct` among them.
    """
    joined = _numbered(frames[0], 0)
    for position, frame in enumerate(frames[1:], start=1):
        joined = joined.join(_numbered(frame, position), on="sample", how="inner", maintain_order="left")
    models = range(len(frames))
    # NumPy, since the mean over a row there is the same to the last bit as that of the scores by themselves.
    scores = joined.select(f"score_{model}" for model in models).to_numpy(order="c")
    return joined.with_columns(
        pl.Series("mean_score", scores.mean(axis=1), dtype=pl.Float64),
        pl.concat_list(f"name_{model}" for model in models).list.n_unique().alias("predicted_classes"),
    )


def points(rows: pl.DataFrame, samples: pl.DataFrame, models: Sequence[str]) -> tuple[Point, ...]:
    """Rows as objects, in their order.

    Args:
        rows: of `side_by_side`.
        samples: columns `number`, `path`, `label`, `width`, `height`.
        models: their ids, in the order of the frames.
    """
    found = rows.join(samples, left_on="sample", right_on="number", how="inner", maintain_order="left")
    columns = found.to_dict(as_series=False)
    answers = zip(*(_answers(columns, position, model) for position, model in enumerate(models)), strict=True)
    names = (columns[name] for name in ("sample", "path", "label", "width", "height"))
    return tuple(map(Point, map(Sample, *names), columns["mean_score"], columns["predicted_classes"], answers))


def _numbered(frame: pl.DataFrame, position: int) -> pl.DataFrame:
    correct = (pl.col("label_index") == pl.col("index")).alias("correct")
    return frame.with_columns(correct).rename(lambda name: name if name == "sample" else f"{name}_{position}")


def _answers(columns: dict[str, list[object]], position: int, model: str) -> Iterator[Answer]:
    names = ("index", "name", "score", "label_score", "correct")
    return map(Answer, repeat(model), *(columns[f"{name}_{position}"] for name in names))
