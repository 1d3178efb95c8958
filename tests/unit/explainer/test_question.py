from dataclasses import replace
from typing import Any

import pytest

from domain.explanations import Engine
from domain.targets import UnitTarget
from explainer.question import Question

_QUESTION = Question(
    workspace="w",
    model="m",
    dataset="d",
    sample=3,
    method="integrated_gradients",
    parameters={"steps": 32, "baseline": 0.0},
    target="predicted",
    layer="",
    engine=Engine.NATIVE,
)


def test_numbers_count_whether_they_came_as_integers_or_not() -> None:
    floats = _QUESTION.with_parameters({"baseline": 0, "steps": 32.0})

    assert floats.digest("n") == _QUESTION.digest("n")


@pytest.mark.parametrize(
    "change",
    [
        {"workspace": "v"},
        {"model": "o"},
        {"dataset": "e"},
        {"sample": 4},
        {"method": "gradient"},
        {"parameters": {"steps": 33, "baseline": 0.0}},
        {"parameters": {"steps": True, "baseline": 0.0}},
        {"parameters": {"steps": "32", "baseline": 0.0}},
        {"target": "label"},
        {"target": 3},
        {"target": "3"},
        {"target": UnitTarget(layer="maps", unit=3)},
        {"target": UnitTarget(layer="maps")},
        {"target": (3, "label")},
        {"layer": "maps"},
        {"engine": Engine.INNVESTIGATE},
    ],
    ids=str,
)
def test_other_questions_have_other_digests(change: dict[str, Any]) -> None:
    assert replace(_QUESTION, **change).digest("n") != _QUESTION.digest("n")


@pytest.mark.parametrize("change", [{"workspace": "v"}, {"model": "o"}, {"dataset": "e"}, {"sample": 4}], ids=str)
def test_what_is_asked_has_one_digest_for_all_models_and_samples(change: dict[str, Any]) -> None:
    assert replace(_QUESTION, **change).digest_of_asked == _QUESTION.digest_of_asked


@pytest.mark.parametrize(
    "change",
    [{"method": "gradient"}, {"parameters": {"steps": 33}}, {"target": "label"}, {"layer": "maps"}],
    ids=str,
)
def test_what_is_asked_otherwise_has_another_digest(change: dict[str, Any]) -> None:
    assert replace(_QUESTION, **change).digest_of_asked != _QUESTION.digest_of_asked


def test_another_network_has_another_digest() -> None:
    assert _QUESTION.digest("n") != _QUESTION.digest("o")


def test_units_are_told_apart() -> None:
    units = [
        UnitTarget(layer="a", unit=1),
        UnitTarget(layer="a", unit=2),
        UnitTarget(layer="b", unit=1),
        UnitTarget(layer="a", unit=1, position=(0, 0)),
        UnitTarget(layer="a"),
    ]

    assert len({replace(_QUESTION, target=unit).digest("n") for unit in units}) == len(units)


def test_questions_that_differ_in_sample_and_class_only_can_be_answered_at_once() -> None:
    assert replace(_QUESTION, sample=9, target=4).batch == _QUESTION.batch


@pytest.mark.parametrize(
    "change", [{"method": "gradient"}, {"parameters": {}}, {"model": "o"}, {"target": UnitTarget(layer="maps", unit=3)}]
)
def test_questions_that_need_another_graph_are_not(change: dict[str, Any]) -> None:
    assert replace(_QUESTION, **change).batch != _QUESTION.batch
