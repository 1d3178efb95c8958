import json
from typing import Any

import pytest
from unit.ui import inside

from innhub import Hub, HubError
from ui import blocks, exploring, figures, report
from ui.links import View
from ui.pages import inspect

VIEW = View(dataset="photos", model="lite0", inspected="fire2/left", sample=3)


def text(component: Any) -> str:
    return json.dumps(component, default=lambda part: part.to_plotly_json(), ensure_ascii=False)


def link_of(page: Any) -> View:
    return View.parse(next(part.data for part in page.children if getattr(part, "id", "") == "link"))


def test_the_link_is_completed_with_a_layer_and_what_is_unfolded_to_see_it(hub: Hub) -> None:
    view = link_of(inspect.layout(View(), hub))
    assert (view.model, view.dataset, view.sample, view.inspected) == ("lite0", "photos", 0, "stem")
    folded = link_of(inspect.layout(View(inspected="fire2/left", unfolded=()), hub))
    assert folded.unfolded == ("fire2",)


def test_a_layer_that_the_network_lacks_gives_way_to_one_that_it_has(hub: Hub) -> None:
    assert link_of(inspect.layout(View(inspected="nowhere", unit=3), hub)).inspected == "stem"
    assert link_of(inspect.layout(View(inspected="nowhere", layer="pool"), hub)).inspected == "pool"


def test_the_report_is_in_plain_words(hub: Hub) -> None:
    said = text(report.report(hub.models.get("lite0"), hub))
    for words in (
        "224 × 224 pixels, RGB",
        "minus 127.5, divided by 127.5, cropped to the middle 87.5 %",
        "4.7 million parameters",
        "388 million multiply-adds a picture",
        "18.8 MB of weights",
        "'dropout' was left out.",
        "3 of 4 methods explain it",
        "The layer act is swish. (at act)",
        "Training unknown",
    ):
        assert words in said


def test_a_training_that_is_known_is_drawn(hub: Hub, stand_in: Any) -> None:
    stand_in.trained = True
    said = text(report.report(hub.models.get("lite0"), hub))
    assert "Trained for 2 epochs" in said
    assert "learning_rate" in said


def test_losses_have_an_axis_of_their_own_and_validation_is_dashed() -> None:
    loss, validated, accuracy = figures.history(inside.TRAINING["history"]).data  # type: ignore[arg-type]
    assert (loss.yaxis, validated.yaxis, accuracy.yaxis) == ("y", "y", "y2")
    assert loss.line.color == validated.line.color != accuracy.line.color
    assert (loss.line.dash, validated.line.dash) == ("solid", "dash")


def test_a_layer_found_by_its_name_is_unfolded(browser: Any) -> None:
    asked = {"inspected-layer.value": "fire3/left", "unfolded.data": ["fire2"], "link.data": VIEW.query()}
    answer = browser.call("unfolded.data", asked)["response"]
    assert answer["unfolded"]["data"] == ["fire2", "fire3"]
    assert answer["seen"]["data"] == "layer:fire3/left"


def test_a_level_too_large_to_be_read_is_not_unfolded() -> None:
    layers = [{"name": f"l{number}", "inputs": [f"l{number - 1}"] if number else []} for number in range(400)]
    with pytest.raises(HubError, match="400 nodes") as refused:
        exploring.levelled(blocks.blocks(layers), frozenset(), "more")
    assert refused.value.advice


def test_the_network_is_drawn(browser: Any) -> None:
    drawn = browser.call(
        "drawing.children", {"unfolded.data": ["fire2"], "inspected-layer.value": "stem", "link.data": VIEW.query()}
    )
    assert "layer:fire2/left" in text(drawn)


def test_a_layer_is_described_with_its_weights(browser: Any) -> None:
    said = text(browser.call("about-layer.children", {"inspected-layer.value": "stem", "link.data": VIEW.query()}))
    for words in ("224 × 224 × 3", "2 × 2", "650", "2 million", "kernel", "25.0%", "Histogram of kernel"):
        assert words in said


@pytest.mark.parametrize(("layer", "maps"), [("fire2/left", True), ("pool", False)])
def test_units_are_shown_as_maps_only_where_there_are_maps(browser: Any, layer: str, maps: bool) -> None:
    asked = {"inspected-layer.value": layer, "inspected-sample.value": 3, "link.data": VIEW.query()}
    said = text(browser.call("activations.children", asked))
    assert ("maps.png?dataset=photos&sample=3" in said) is maps
    assert "The 16 strongest of 24 units." in said
    assert "Unit 7" in said


def strongest(browser: Any, unit: int | None) -> str:
    asked = {"inspected-unit.data": unit, "inspected-layer.value": "stem", "link.data": VIEW.query()}
    return text(browser.call("strongest.children", asked))


def test_samples_that_excite_a_unit_are_listed_strongest_first(browser: Any) -> None:
    said = strongest(browser, 7)
    assert "Of all 48 samples" in said
    assert said.index("0 · tabby") < said.index("1 · golden retriever")


def test_the_run_that_finds_them_is_offered_where_nobody_has_looked(browser: Any, stand_in: Any) -> None:
    stand_in.recorded = False
    assert "Find the samples" in strongest(browser, 7)


def test_without_a_unit_nothing_is_listed(browser: Any) -> None:
    assert json.loads(strongest(browser, None))["response"]["strongest"]["children"] == []


def test_a_unit_leads_on_to_its_explanation(browser: Any) -> None:
    link = View(dataset="photos", model="lite0", inspected="stem", unit=7, sample=3).query()
    said = text(browser.call("excited.children", {"link.data": link}))
    assert "/compare?dataset=photos&models=lite0&sample=3&method=gradient&target=unit:7%40stem" in said
