"""Conditions on samples, as people write them: `label=cat`, `entropy>=0.5`, `correct@lite0=false`, `age<30`.

A condition is a quantity (`quantities`), a sign and a value. Words allow `=` and `!=`, and several with `|` between
them; numbers allow `<`, `<=`, `>` and `>=` too. `selection=NAME` means the samples of a saved selection.
"""

import math
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from functools import reduce

import polars as pl

from domain.errors import HubError, Reason
from domain.labels import normalised
from suggest.statistics.answers import Answers
from suggest.statistics.quantities import Kind, Quantity, quantity

Selected = Callable[[str], Sequence[int]]
"""The numbers of the samples of a saved selection."""

MOST_CONDITIONS = 32
_CONDITION = re.compile(r"\s*(?P<name>.+?)\s*(?P<sign>!=|>=|<=|=|>|<)\s*(?P<value>.*?)\s*", re.DOTALL)
_COMPARISONS: dict[str, Callable[[pl.Expr, float], pl.Expr]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TRUTHS = {"true": True, "false": False}
_EXAMPLES = "Write for instance label=cat, predicted@MODEL!=dog, entropy>=0.5 or correct=false."


def matching(answers: Answers, where: Sequence[str], selected: Selected) -> Answers:
    """The answers to the samples that meet all conditions.

    Raises:
        HubError: `ARGUMENT_INVALID` for a condition that says nothing; whatever `selected` raises.
    """
    return Answers(answers.models, answers.rows.filter(met(answers, where, selected))) if where else answers


def met(answers: Answers, where: Sequence[str], selected: Selected) -> pl.Expr:
    """Whether a row of answers meets all conditions.

    Raises:
        HubError: as `matching`.
    """
    if len(where) > MOST_CONDITIONS:
        raise HubError(
            Reason.ARGUMENT_INVALID, f"These are {len(where)} conditions.", f"Give at most {MOST_CONDITIONS}."
        )
    return reduce(operator.and_, (_condition(text, answers, selected) for text in where), pl.lit(value=True))


def _condition(text: str, answers: Answers, selected: Selected) -> pl.Expr:
    found = _CONDITION.fullmatch(text)
    if found is None:
        raise HubError(Reason.ARGUMENT_INVALID, f"{text!r} is no condition.", _EXAMPLES)
    name, sign, value = found["name"], found["sign"], found["value"]
    if name == "selection":
        _require_equality(text, sign, "a selection")
        chosen = pl.col("number").is_in(pl.Series(selected(value), dtype=pl.Int64).implode())
        return chosen if sign == "=" else ~chosen
    asked = quantity(name, answers)
    if asked.kind is Kind.NUMBER:
        number = _number(text, value)
        # What has no value differs from every value.
        return asked.values.ne_missing(number) if sign == "!=" else _COMPARISONS[sign](asked.values, number)
    _require_equality(text, sign, asked.kind.value)
    if asked.kind is Kind.TRUTH:
        equal = asked.values == _truth(text, value)
    else:
        equal = asked.values.is_in(_words(asked, value))
    return equal if sign == "=" else ~equal.fill_null(value=False)


def _require_equality(text: str, sign: str, kind: str) -> None:
    if sign not in ("=", "!="):
        raise HubError(
            Reason.ARGUMENT_INVALID, f"{text!r} compares {kind} with {sign!r}.", "Use = or != here, or name a number."
        )


def _number(text: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if math.isnan(number):
        raise HubError(Reason.ARGUMENT_INVALID, f"{value!r} in {text!r} is no number.", _EXAMPLES)
    return number


def _truth(text: str, value: str) -> bool:
    if value.casefold() not in _TRUTHS:
        raise HubError(Reason.ARGUMENT_INVALID, f"{value!r} in {text!r} is neither true nor false.", _EXAMPLES)
    return _TRUTHS[value.casefold()]


def _words(asked: Quantity, value: str) -> list[str]:
    """The words that are meant; where all are known, spelling may differ as that of labels may."""
    if asked.words is None:
        return value.split("|")
    spellings: dict[str, list[str]] = {}
    for word in asked.words:
        spellings.setdefault(normalised(word), []).append(word)
    # A word may itself hold what stands between words.
    several = [value] if normalised(value) in spellings else value.split("|")
    return [word for wanted in several for word in _spelled(wanted, spellings, asked)]


def _spelled(wanted: str, spellings: dict[str, list[str]], asked: Quantity) -> Iterable[str]:
    found = spellings.get(normalised(wanted))
    if found is None:
        some = ", ".join(sorted(words[0] for words in spellings.values())[:8])
        raise HubError(
            Reason.ARGUMENT_INVALID,
            f"No {asked.name} is called {wanted!r}.",
            f"There are {some}{' and others' if len(spellings) > 8 else ''}." if some else "There are none at all.",
        )
    return found
