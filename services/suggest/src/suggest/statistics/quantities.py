"""What can be asked of a sample: quantities by which samples are filtered, sorted and counted, named in words.

Of the sample: `number`, `path`, `label`, `width`, `height`, every further column of the data set (`column:age`, or
`age` where nothing else has that name), `mean_score` and `predicted_classes`. Of a model's answer, with `@` and the
model behind it where it is not the first one: `predicted`, `score`, `label_score`, `label_error` (1 - p(label)),
`margin`, `entropy` and `correct`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import polars as pl

from domain.errors import HubError, Reason
from suggest.statistics.answers import Answers

COLUMN = "column:"
"""What stands before the name of a further column in a table of samples."""


class Kind(Enum):
    """What the values of a quantity are."""

    NUMBER = "a number"
    WORD = "a word"
    TRUTH = "true or false"


@dataclass(frozen=True)
class Quantity:
    """A value of every sample.

    Attributes:
        name: as it was asked for.
        kind: of the values.
        values: of the rows of `Answers`; null where there is none.
        words: all words that can occur, or None where any may.
    """

    name: str
    kind: Kind
    values: pl.Expr
    words: tuple[str, ...] | None = None


_OF_SAMPLES = {
    "number": Kind.NUMBER,
    "path": Kind.WORD,
    "label": Kind.WORD,
    "width": Kind.NUMBER,
    "height": Kind.NUMBER,
    "mean_score": Kind.NUMBER,
    "predicted_classes": Kind.NUMBER,
}
_OF_ANSWERS = {
    "predicted": Kind.WORD,
    "score": Kind.NUMBER,
    "label_score": Kind.NUMBER,
    "label_error": Kind.NUMBER,
    "margin": Kind.NUMBER,
    "entropy": Kind.NUMBER,
    "correct": Kind.TRUTH,
}


def quantity(text: str, answers: Answers) -> Quantity:
    """The quantity that words name.

    Raises:
        HubError: `ARGUMENT_INVALID` for one that there is not, or a model that is not asked.
    """
    name, _, model = text.strip().partition("@")
    if name in _OF_ANSWERS:
        return _of_answer(text, name, _position(model, answers), answers)
    if name in _OF_SAMPLES and not model and name in answers.rows.columns:
        if name == "label":
            return Quantity(text, Kind.WORD, pl.col(name).cast(pl.String), _labels(answers))
        return Quantity(text, _OF_SAMPLES[name], pl.col(name))
    column = text if text.startswith(COLUMN) else f"{COLUMN}{text}"
    if column in answers.rows.columns:
        kind = Kind.NUMBER if answers.rows.schema[column].is_numeric() else Kind.WORD
        return Quantity(text, kind, pl.col(column))
    raise HubError(
        Reason.ARGUMENT_INVALID,
        f"Samples have no {text!r}.",
        f"They have {', '.join(_known(answers))}; behind those of answers stands @ and a model.",
    )


def _of_answer(text: str, name: str, position: int, answers: Answers) -> Quantity:
    classes = answers.models[position].classes
    if name == "predicted":
        values = pl.lit(pl.Series(classes)).gather(pl.col(f"index@{position}"))
        return Quantity(text, Kind.WORD, values, classes)
    if name == "label_error":
        return Quantity(text, Kind.NUMBER, 1 - pl.col(f"label_score@{position}"))
    return Quantity(text, _OF_ANSWERS[name], pl.col(f"{name}@{position}"))


def _labels(answers: Answers) -> tuple[str, ...]:
    """All labels of the data set, those of samples that nobody has predicted yet among them."""
    kind = answers.rows.schema["label"]
    assert isinstance(kind, pl.Enum), "a table of samples knows its labels"
    return tuple(kind.categories)


def _position(model: str, answers: Answers) -> int:
    if not answers.models:
        raise HubError(
            Reason.ARGUMENT_INVALID, "No model is asked, so there are no answers.", "Name the models as well."
        )
    for position, one in enumerate(answers.models):
        if model in ("", one.id, one.name):
            return position
    names = ", ".join(one.name for one in answers.models)
    raise HubError(Reason.ARGUMENT_INVALID, f"The model {model!r} is not among those asked: {names}.", "Name it too.")


def _known(answers: Answers) -> Iterable[str]:
    yield from (name for name in _OF_SAMPLES if name in answers.rows.columns)
    if answers.models:
        yield from _OF_ANSWERS
    yield from (name for name in answers.rows.columns if name.startswith(COLUMN))
