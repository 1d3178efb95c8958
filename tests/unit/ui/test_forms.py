from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from ui import forms


class Mode(StrEnum):
    FAST = "fast"
    EXACT = "exact"


class Parameters(BaseModel):
    steps: int = Field(default=64, ge=2, le=1024, description="How many.")
    epsilon: float = Field(default=1e-7, gt=0, le=1)
    bias: bool = True
    mode: Mode = Field(default=Mode.FAST, description="How.")
    limit: float | None = None
    title: str = "plain"
    weights: list[float] = [1.0, 2.0]


SCHEMA = Parameters.model_json_schema()


def controls(values: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    components: list[Any] = forms.controls(SCHEMA, "some", values or {})
    made = [component.to_plotly_json() for component in components]
    return {control["props"]["id"]["parameter"]: {"type": control["type"], **control["props"]} for control in made}


def entries(made: dict[str, dict[str, Any]]) -> list[tuple[dict[str, Any], Any]]:
    return [(control["id"], control[control["id"]["kind"]]) for control in made.values()]


def test_every_type_has_its_control() -> None:
    assert {name: control["type"] for name, control in controls().items()} == {
        "steps": "NumberInput",
        "epsilon": "NumberInput",
        "bias": "Switch",
        "mode": "Select",
        "limit": "NumberInput",
        "title": "TextInput",
        "weights": "TextInput",
    }


def test_bounds_defaults_and_descriptions_are_shown() -> None:
    steps, epsilon, mode = (controls()[name] for name in ("steps", "epsilon", "mode"))
    assert (steps["min"], steps["max"], steps["value"], steps["allowDecimal"]) == (2, 1024, 64, False)
    assert steps["description"] == "How many. (from 2 to 1024)"
    assert epsilon["description"] == "(above 0 to 1)"
    assert mode["description"] == "How."
    assert [choice["label"] for choice in mode["data"]] == ["fast", "exact"]


def test_untouched_controls_read_as_the_defaults() -> None:
    read = forms.read(SCHEMA, "some", entries(controls()))
    assert read == forms.defaults(SCHEMA) == Parameters().model_dump(mode="json")


PARAMETERS = st.builds(
    Parameters, epsilon=st.floats(1e-9, 1), steps=st.integers(2, 1024), title=st.text(min_size=1, max_size=5)
)


@given(PARAMETERS)
def test_values_are_read_back(parameters: Parameters) -> None:
    values = parameters.model_dump(mode="json")
    assert forms.read(SCHEMA, "some", entries(controls(values))) == values


def test_types_are_kept() -> None:
    set_values: list[tuple[dict[str, Any], Any]] = [
        ({"parameter": "epsilon", "method": "some"}, 1),
        ({"parameter": "steps", "method": "some"}, 8.0),
    ]
    read = forms.read(SCHEMA, "some", set_values)
    assert (type(read["epsilon"]), type(read["steps"])) == (float, int)


@pytest.mark.parametrize("value", ["", None, "{", "1.2.3"])
def test_what_cannot_be_read_is_as_if_not_set(value: object) -> None:
    for name in ("steps", "weights"):
        assert forms.read(SCHEMA, "some", [({"parameter": name, "method": "some"}, value)]) == forms.defaults(SCHEMA)


def test_controls_of_another_method_are_passed_over() -> None:
    assert forms.read(SCHEMA, "some", [({"parameter": "steps", "method": "former"}, 8)])["steps"] == 64


def test_a_method_without_parameters_has_no_controls() -> None:
    assert forms.controls({}, "some", {}) == []
