"""What callers send is checked, and pages find back to their place."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import HubError, Reason
from suggest import arguments


@given(st.integers(0, 2**63 - 1))
def test_a_token_leads_back_to_its_position(position: int) -> None:
    assert arguments.page_position(arguments.page_token(position)) == position


def test_no_token_is_the_beginning_and_the_last_page_has_none() -> None:
    assert arguments.page_position("") == 0
    assert arguments.page_token(None) == ""


def test_defaults_stand_for_zero() -> None:
    assert arguments.page_size(0) == 100
    assert arguments.max_points(0, 3) == 800


@pytest.mark.parametrize(
    ("check", "values"),
    [
        (arguments.page_position, ("x",)),
        (arguments.page_position, ("äöü",)),
        (arguments.page_position, ("LTE=",)),
        (arguments.page_size, (1001,)),
        (arguments.models, ((),)),
        (arguments.models, (("a", "b", "a"),)),
        (arguments.models, ([str(number) for number in range(17)],)),
        (arguments.max_points, (100_001, 1)),
        (arguments.max_points, (100_000, 16)),
        (arguments.fraction, ("sure_score", float("nan"))),
        (arguments.fraction, ("sure_score", 1.5)),
        (arguments.within, ("size", 15, 16, 4096)),
    ],
)
def test_what_makes_no_sense_is_refused(check: Callable[..., Any], values: tuple[Any, ...]) -> None:
    with pytest.raises(HubError) as caught:
        check(*values)
    assert caught.value.reason is Reason.ARGUMENT_INVALID
    assert caught.value.advice
