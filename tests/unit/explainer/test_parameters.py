from typing import Any

import pytest

from domain.errors import HubError, Reason
from domain.explanations import Engine
from explainer.cards import MethodCard
from explainer.methods import registry
from explainer.parameters import checked_parameters


def _card(method: str) -> MethodCard:
    found = registry.get(method)
    return MethodCard(
        id=found.id,
        title=found.title,
        family=found.family,
        summary=found.summary,
        paper=found.paper,
        schema=found.parameters.model_json_schema(),
        engines=(Engine.NATIVE,),
        signed=True,
        takes_layer=False,
    )


def test_card_fills_in_defaults() -> None:
    assert _card("integrated_gradients").parameters({"steps": 8}) == {"steps": 8, "baseline": "zero", "seed": 0}


def test_card_of_a_method_without_parameters_has_none() -> None:
    assert _card("grad_cam").parameters({}) == {}


@pytest.mark.parametrize(("method", "known"), [("integrated_gradients", "steps, baseline"), ("grad_cam", "none")])
def test_card_refuses_a_parameter_that_the_method_does_not_have(method: str, known: str) -> None:
    with pytest.raises(HubError, match="'stepz'") as refusal:
        _card(method).parameters({"stepz": 8})

    assert refusal.value.reason is Reason.PARAMETER_INVALID
    assert known in refusal.value.advice


@pytest.mark.parametrize(
    ("method", "given", "name"),
    [
        ("integrated_gradients", {"steps": 1}, "steps"),
        ("integrated_gradients", {"steps": 2.5}, "steps"),
        ("lrp.epsilon", {"epsilon": 0}, "epsilon"),
        ("lrp.epsilon", {"epsilon": "much"}, "epsilon"),
        ("gradient", {"reduction": "square"}, "reduction"),
        ("grad_cam", {"layer": "x"}, "layer"),
    ],
)
def test_refusal_names_method_and_parameter(method: str, given: dict[str, Any], name: str) -> None:
    with pytest.raises(HubError) as refusal:
        checked_parameters(registry.get(method), given)

    assert refusal.value.reason is Reason.PARAMETER_INVALID
    assert refusal.value.message.startswith(f"{method}: {name} = ")


def test_whole_number_that_came_as_a_float_is_understood() -> None:
    checked = checked_parameters(registry.get("integrated_gradients"), {"steps": 32.0})

    assert checked.model_dump() == {"steps": 32, "baseline": "zero", "seed": 0}
