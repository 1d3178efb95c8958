"""Conditions on samples: those that a control of Suggest stands for, and those that people write themselves.

The link keeps all of them as the hub takes them, in one list. A control finds its own in it, and changes only that.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

REFUSALS = {"ARGUMENT_INVALID", "SELECTION_NOT_FOUND"}
"""Why the hub refuses conditions."""

_OF_ANSWERS = ("predicted", "score", "label_score", "label_error", "margin", "entropy", "correct")
_OF_FIRST_MODEL = re.compile(rf"({'|'.join(_OF_ANSWERS)})\s*(?=[<>=!])")
_OF_A_MODEL = re.compile(rf"(?:{'|'.join(_OF_ANSWERS)})@([^<>=!]+?)\s*[<>=!]")


@dataclass(frozen=True)
class Filters:
    """Conditions, by the control that shows them."""

    labels: tuple[str, ...] = ()
    predicted: tuple[str, ...] = ()
    """What the first model says."""
    correct: tuple[str, ...] = ()
    """Conditions: `correct@MODEL=true` or `false`."""
    selection: str = ""
    others: tuple[str, ...] = ()
    """Those that are written as text."""

    @classmethod
    def of(cls, where: Iterable[str], models: Sequence[str]) -> "Filters":
        """Conditions sorted by controls, for these models."""
        found, verdicts = cls(), verdict_conditions(models)
        for condition in where:
            name, _, value = condition.partition("=")
            words = tuple(value.split("|"))
            if condition in verdicts:
                found = replace(found, correct=(*found.correct, condition))
            elif name == "label" and not found.labels:
                found = replace(found, labels=words)
            elif name == f"predicted@{models[0]}" and not found.predicted:
                found = replace(found, predicted=words)
            elif name == "selection" and not found.selection:
                found = replace(found, selection=value)
            else:
                found = replace(found, others=(*found.others, condition))
        return found

    def where(self, models: Sequence[str]) -> tuple[str, ...]:
        """All of them as the hub takes them."""
        return (
            *([f"label={'|'.join(self.labels)}"] if self.labels else []),
            *([f"predicted@{models[0]}={'|'.join(self.predicted)}"] if self.predicted else []),
            *self.correct,
            *([f"selection={self.selection}"] if self.selection else []),
            *self.others,
        )


def verdict_conditions(models: Iterable[str]) -> dict[str, str]:
    """The conditions on who is right, with their names for people."""
    return {
        f"correct@{model}={truth}": f"{model} is {word}"
        for model in models
        for truth, word in (("true", "right"), ("false", "wrong"))
    }


def qualified(where: Iterable[str], first: str) -> tuple[str, ...]:
    """Conditions that name the model also where they mean the first one, so that others may be asked as well."""
    return tuple(_OF_FIRST_MODEL.sub(rf"\1@{first}", text, count=1) if _about_first(text) else text for text in where)


def strangers(where: Iterable[str], models: Iterable[str]) -> list[str]:
    """The models of which conditions speak that are not among these."""
    named = (_OF_A_MODEL.match(text) for text in where)
    return sorted({found[1] for found in named if found} - set(models))


def kept(where: Iterable[str], first: str, models: Sequence[str]) -> tuple[str, ...]:
    """What is left of conditions, of which some meant the first model, when other models are chosen."""
    return tuple(text for text in qualified(where, first) if not strangers([text], models))


def _about_first(text: str) -> bool:
    return _OF_FIRST_MODEL.match(text) is not None
