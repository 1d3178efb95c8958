import json
from typing import Any

import numpy as np
import pytest
from unit.ui.conftest import QUALITY

from innhub import HubError, Quality
from ui import quality, quality_charts
from ui.links import View

VIEW = View(dataset="photos", models=("lite0",))


def part(name: str, of: str) -> str:
    return f'{{"box":"{name}","model":["MATCH"]}}.{of}'


def text(component: Any) -> str:
    return json.dumps(component, default=lambda part: part.to_plotly_json(), ensure_ascii=False)


def clicked(browser: Any, button: str, found: Any = None, record: str = "e1") -> Any:
    values = {
        part(button, "n_clicks"): 1,
        part("record", "data"): {"id": record},
        part("quality", "data"): found,
        "link.data": VIEW.query(),
    }
    return {
        name.split('"box":"')[1].split('"')[0]: props
        for name, props in browser.call(part("quality", "data"), values).get("response", {}).items()
    }


def shown(browser: Any, found: Any, record: str = "e1") -> str:
    values = {part("quality", "data"): found, part("record", "data"): {"id": record}}
    return text(browser.call(part("check", "children"), values)["response"])


def test_a_click_checks_and_the_badge_says_the_verdict(browser: Any, stand_in: Any) -> None:
    changed = clicked(browser, "check")
    assert changed["quality"]["data"]["quality"]["grade"] == "doubtful"
    assert "panel" not in changed, "nobody asked for the panel yet"
    assert "Doubtful" in shown(browser, changed["quality"]["data"])
    assert len(stand_in.requests) == 1


def test_the_next_click_opens_the_panel_and_asks_nobody(browser: Any, stand_in: Any) -> None:
    found = {"explanation": "e1", "quality": {**QUALITY, "explanation": "e1"}}
    assert clicked(browser, "check", found)["panel"]["opened"] is True
    assert stand_in.requests == []


def test_what_was_found_about_another_map_is_not_shown(browser: Any) -> None:
    found = {"explanation": "e1", "quality": QUALITY}
    assert "Doubtful" not in shown(browser, found, record="e2")


def test_a_check_that_takes_long_is_announced_and_can_be_insisted_on(browser: Any, stand_in: Any) -> None:
    stand_in.slow = True
    changed = clicked(browser, "check")
    assert changed["panel"]["opened"] is True
    announced = changed["quality"]["data"]
    said = shown(browser, announced)
    assert "10 explanations like it" in said
    assert '"display": "block"' in said
    assert clicked(browser, "insist", announced)["quality"]["data"]["quality"]["grade"] == "doubtful"
    assert stand_in.requests[-1]["patience_seconds"] == 600


def test_the_panel_has_every_check_with_its_sentence_and_figures() -> None:
    said = text(quality.contents(Quality.of({**QUALITY, "explanation": "e1"})))
    for finding in QUALITY["findings"]:
        assert finding["sentence"] in said
    assert "20%, 30% of itself" in said
    assert "7 explanations and 168 forward passes" in said


def test_charts_show_the_values() -> None:
    found = Quality.of({**QUALITY, "explanation": "e1"})
    mapped, random = quality_charts.curve("Deletion", found.deletion).data
    assert (list(mapped.y), list(random.y)) == ([1, 0.2, 0], [1, 0.5, 0])
    lines = quality_charts.randomisation(found.randomisation).data
    assert list(lines[0].x) == ["1: conv10", "26: conv1"]
    assert [line.y[0] for line in lines] == [0.1, 0.3, 0.2, 0.2]


def test_a_quality_has_arrays_and_the_document(hub: Any) -> None:
    found = hub.explanations.quality("e1")
    assert found.deletion.values.dtype == np.float64
    assert found.document["grade"] == found.grade
    assert found.randomisation.depths.tolist() == [1, 26]


def test_a_refusal_reaches_the_client(hub: Any, stand_in: Any) -> None:
    stand_in.slow = True
    with pytest.raises(HubError, match="10 explanations") as refusal:
        hub.explanations.quality("e1")
    assert refusal.value.reason == "TOO_LARGE"
