"""Parts of a chart whose samples Suggest lists: a quarter of the map, a bar, a cell, the wrong answers.

A part is a key in the link; the hub finds its samples by conditions.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from math import isfinite

from ui.figures import SURE

WRONG = "wrong"
QUANTITIES = {
    "label_error": "1 - p(label)",
    "score": "Score of the answer",
    "margin": "Margin to the second answer",
    "entropy": "Entropy of the answer",
}
"""Quantities that the histogram counts."""

_MOST_TELLING_FIRST = {"label_error", "entropy"}
"""Quantities of which the largest are looked at first; of the others the smallest."""
_CONFIDENCE, _CELL = "confidence", "cell"
_TO = ".."


@dataclass(frozen=True)
class Part:
    """Samples: those that meet the conditions, in this order."""

    title: str
    where: tuple[str, ...]
    order: str
    descending: bool


def quarter(*, agree: bool, sure: bool) -> str:
    """The key of a quarter of the map."""
    return f"{'agree' if agree else 'disagree'}-{'sure' if sure else 'unsure'}"


def bar(quantity: str, lower: float, upper: float, *, last: bool = False) -> str:
    """The key of a bar; the last one holds its upper edge too."""
    return f"{quantity}:{lower!r}{_TO}{'' if last else repr(upper)}"


def confidence(lower: float, upper: float) -> str:
    """The key of a bar of the reliability diagram: scores above `lower` and up to `upper`."""
    return f"{_CONFIDENCE}:{lower!r}{_TO}{upper!r}"


def cell(rows: str, row: str, columns: str, column: str) -> str:
    """The key of a cell of a confusion, by the quantities that its sides are, see `sides`."""
    return f"{_CELL}:{json.dumps([rows, row, columns, column], ensure_ascii=False)}"


def part(key: str, models: tuple[str, ...]) -> Part | None:
    """The part that a key names; none if it names none that these models have."""
    if key in _QUARTERS and len(models) > 1:
        return _QUARTERS[key]
    kind, _, rest = key.partition(":")
    if kind == _CELL:
        return _cell(rest, models)
    if len(models) != 1:
        return None
    if key == WRONG:
        return Part("Wrong answers, furthest from the label first", ("correct=false",), "label_error", True)
    edges = _edges(rest)
    if edges is None or kind not in (*QUANTITIES, _CONFIDENCE):
        return None
    lower, upper = edges
    if kind == _CONFIDENCE and upper is None:
        return None
    if kind == _CONFIDENCE:
        # Only samples with a label are counted there.
        above = (f"score>{lower!r}",) if lower else ()
        return Part(_titled("Score", lower, upper), (*above, f"score<={upper!r}", "label_score>=0"), "score", True)
    # Scores of float32 networks may pass 0 or 1 by a rounding error, and count to the outermost bars.
    above = (f"{kind}>={lower!r}",) if lower else ()
    below = (f"{kind}<{upper!r}",) if upper else ()
    where = above + below
    return Part(_titled(QUANTITIES[kind], lower, upper), where, kind, kind in _MOST_TELLING_FIRST)


def _titled(name: str, lower: float, upper: float | None) -> str:
    return f"{name} from {lower:.4g}" + ("" if upper is None else f" to {upper:.4g}")


def _edges(text: str) -> tuple[float, float | None] | None:
    low, between, high = text.partition(_TO)
    try:
        lower, upper = float(low), float(high) if high else None
    except ValueError:
        return None
    proper = between and isfinite(lower) and lower >= 0 and (upper is None or lower < upper < float("inf"))
    return (lower, upper) if proper else None


def _cell(text: str, models: tuple[str, ...]) -> Part | None:
    try:
        rows, row, columns, column = json.loads(text)
    except ValueError:
        return None
    if not all(isinstance(word, str) for word in (rows, row, columns, column)):
        return None
    said = f"{_speaker(columns)}: {column}"
    return Part(
        f"{_speaker(rows)}: {row}, {said}", (f"{rows}={row}", f"{columns}={column}"), f"score@{models[0]}", True
    )


def _speaker(quantity: str) -> str:
    name, _, model = quantity.partition("@")
    return model or name.removeprefix("column:").capitalize()


def _of_quarter(agree: bool, sure: bool) -> Part:
    where = ("predicted_classes=1" if agree else "predicted_classes>1", f"mean_score{'>=' if sure else '<'}{SURE}")
    title = f"{'Agree' if agree else 'Disagree'}, {'sure' if sure else 'unsure'}"
    return Part(title, where, "mean_score", sure)


def _quarters() -> Iterable[tuple[str, Part]]:
    for agree, sure in product((True, False), repeat=2):
        yield quarter(agree=agree, sure=sure), _of_quarter(agree, sure)


_QUARTERS = dict(_quarters())
