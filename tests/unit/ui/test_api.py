import json
from typing import Any

import pytest

from innhub import HubError
from ui import api, tray
from ui.links import TRAY_LIMIT, View

VIEW = View(workspace="my birds", dataset="photos", overlay=0.25, colormap="vik", percentile=98.5)


def test_addresses_name_everything_that_is_drawn() -> None:
    assert api.sample_address(VIEW, 3, 96) == "/v1/workspaces/my%20birds/datasets/photos/samples/3/image?size=96"
    assert api.heatmap_address(VIEW, "abc") == (
        "/v1/workspaces/my%20birds/explanations/abc/heatmap.png?overlay=0.25&percentile=98.5&colormap=vik"
    )
    assert api.relevance_address(VIEW, "abc") == "/v1/workspaces/my%20birds/explanations/abc/relevance.npy"


def test_an_alert_says_what_happened_and_the_way_out() -> None:
    shown = json.dumps(api.alert(HubError("NOT_READY", "It is pending.", "Wait.")).to_plotly_json(), default=_plain)
    assert "It is pending." in shown
    assert "Wait." in shown
    assert "NOT_READY" in shown


def _plain(component: Any) -> Any:
    return component.to_plotly_json()


def test_a_click_puts_a_sample_into_the_tray_and_another_takes_it_out() -> None:
    assert tray.toggled([1], 2) == [1, 2]
    assert tray.toggled([1, 2], 1) == [2]


def test_the_tray_keeps_its_order_and_its_limit() -> None:
    assert tray.added([5, 1], [1, 7]) == [5, 1, 7]
    assert tray.added([], list(range(1_000))) == list(range(TRAY_LIMIT))


@pytest.mark.parametrize(
    ("selection", "samples"),
    [
        (None, []),
        ({"points": [{"customdata": {"sample": 4}}, {"customdata": {"sample": 2}}]}, [4, 2]),
        ({"points": [{"customdata": {"lower": 0, "upper": 1}}, {}]}, []),
    ],
)
def test_samples_are_found_among_points(selection: dict[str, Any] | None, samples: list[int]) -> None:
    assert tray.samples_of(selection) == samples
