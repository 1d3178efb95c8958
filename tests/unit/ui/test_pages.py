import json
from dataclasses import replace
from typing import Any

import pytest

from innhub import Hub, HubError
from ui import catalogue, gallery, parts
from ui.links import View
from ui.pages import PAGES, compare, embeddings, home, inspect, suggest

ALL = View(dataset="photos", models=("lite0", "lite2", "squeezenet"))


def text(component: Any) -> str:
    return json.dumps(component, default=lambda part: part.to_plotly_json(), ensure_ascii=False)


def opened(browser: Any, path: str, query: str = "") -> str:
    answer = browser.call("page.children", {"address.pathname": path, "address.search": query})
    return text(answer["response"]["page"]["children"])


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_without_being_told_anything(page: Any, hub: Hub) -> None:
    assert '"link"' in text(page.layout(View(), hub))


def test_home_leads_on_with_all_that_is_ready(hub: Hub) -> None:
    shown = text(home.layout(View(), hub))
    assert "/suggest?dataset=photos&models=lite0,lite2,squeezenet" in shown
    assert "The file ends early. Send it again." in shown


def test_an_empty_workspace_says_what_to_do(hub: Hub, stand_in: Any) -> None:
    stand_in.empty = True
    shown = text(home.layout(View(), hub))
    assert "innhub models add" in shown
    assert "innhub datasets add" in shown
    assert '"href": "/setup"' in shown


@pytest.mark.parametrize("page", [suggest, embeddings, compare, inspect])
def test_without_data_the_other_pages_point_home(page: Any, stand_in: Any, browser: Any) -> None:
    stand_in.empty = True
    assert "Home says how to add one." in opened(browser, page.PATH)


@pytest.mark.parametrize(
    ("path", "query", "said"),
    [
        ("/suggest", "?dataset=nowhere", "There is no data set 'nowhere'."),
        ("/compare", "?models=nobody", "There is no model 'nobody'."),
        ("/elsewhere", "", "There is no such page"),
    ],
)
def test_a_link_to_what_is_not_there_says_so(path: str, query: str, said: str, browser: Any) -> None:
    assert said in opened(browser, path, query)


def test_a_hub_that_is_away_is_said(browser: Any, stand_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise HubError("HUB_UNREACHABLE", "The hub was not reached.", "Is it running?")

    monkeypatch.setattr(Hub, "methods", away)
    assert "The hub was not reached." in opened(browser, "/compare")


def header(browser: Any) -> str:
    return text(browser.call("person.children", {"address.pathname": "/"})["response"]["person"]["children"])


def test_whoever_has_a_session_is_named_and_can_sign_out(browser: Any) -> None:
    browser.client.set_cookie("__Host-innhub_token", "ann's", secure=True)
    browser.client.set_cookie("innhub_token", "somebody else's")
    shown = header(browser)
    assert '"ann"' in shown
    assert '"action": "/sign-out"' in shown
    assert '"method": "POST"' in shown


def test_the_only_user_of_a_machine_is_not_named(browser: Any) -> None:
    assert header(browser) == "[]"


def test_health_asks_nobody(browser: Any, stand_in: Any) -> None:
    stand_in.empty = True
    assert browser.client.get("/healthz").status_code == 200


def test_compare_spells_out_what_the_link_leaves_out(hub: Hub) -> None:
    shown = compare.layout(View(dataset="photos", models=("lite0",), method="lrp.epsilon", tray=(7, 3)), hub)
    link = next(part.data for part in shown.children if getattr(part, "id", "") == "link")
    view = View.parse(link)
    assert (view.sample, view.engine, view.parameters) == (7, "native", {"epsilon": 1e-7, "bias": True})


def test_methods_that_explain_no_model_cannot_be_chosen(hub: Hub) -> None:
    methods = catalogue.offered(ALL, hub)
    choices = {item["value"]: item for group in catalogue.choices(methods, ALL.models) for item in group["items"]}
    assert choices["deep_taylor"]["disabled"]
    assert not choices["lrp.epsilon"]["disabled"]
    assert choices["lrp.epsilon"]["label"] == "LRP-ε (not squeezenet)"
    assert catalogue.default(methods, ALL.models) == "grad_cam"


def test_layers_of_all_models_come_first(hub: Hub) -> None:
    groups = catalogue.layer_choices(catalogue.entry(catalogue.offered(ALL, hub), "grad_cam"))
    assert groups[0] == {"group": "In all networks", "items": ["top_conv"]}
    assert groups[1] == {"group": "lite0", "items": ["lite0_block"]}


@pytest.mark.parametrize(("agree", "sure"), [(True, True), (True, False), (False, True), (False, False)])
def test_the_gallery_lists_what_a_quarter_counts(agree: bool, sure: bool, hub: Hub) -> None:
    found = hub.suggest.agreement("photos", ALL.models)
    quadrant = next(row for row in found.quadrants if (row["agree"], row["sure"]) == (agree, sure))
    section = gallery.contents(replace(ALL, show=parts.quarter(agree=agree, sure=sure)), hub)
    assert section is not None
    assert quadrant["title"] in text(section)
    assert len(section.children[1].children) == quadrant["samples"]


def test_wrong_answers_are_listed_for_one_model(hub: Hub) -> None:
    histogram = hub.suggest.histogram("photos", "lite0")
    section = gallery.contents(View(dataset="photos", models=("lite0",), show=parts.WRONG), hub)
    assert section is not None
    assert len(section.children[1].children) == sum(row["samples"] - row["correct"] for row in histogram["bins"])


@pytest.mark.parametrize(
    "show",
    [
        *("", "nonsense", "agree-sure", "confidence:0.5..", "cell:", "cell:[1]", "cell:[1,2,3,4]"),
        *("label_error:", "score:x..y", "score:0.5", "score:3..2", "score:nan.."),
    ],
)
def test_a_gallery_of_nothing_is_not_shown(show: str, hub: Hub) -> None:
    assert gallery.contents(View(dataset="photos", models=("lite0",), show=show), hub) is None


def chart(browser: Any, view: View) -> str:
    drawn = {
        "where.data": list(view.where),
        "chart-kind.value": view.chart,
        "quantity.value": view.quantity,
        "rows.value": view.rows,
        "columns.value": view.columns,
    }
    return text(browser.call("chart.children", {"revision.data": 0, **drawn, "link.data": view.query()}))


def test_the_map_is_drawn(browser: Any) -> None:
    drawn = chart(browser, ALL)
    for words in ("Disagree, unsure", "All models give the same answer.", "Agreement map of 48 samples"):
        assert words in drawn


def test_missing_predictions_are_offered(browser: Any, stand_in: Any) -> None:
    stand_in.predicted = False
    assert "Predict now" in chart(browser, ALL)


def test_missing_labels_are_said(browser: Any, stand_in: Any) -> None:
    stand_in.labelled = False
    assert "No sample has a label." in chart(browser, View(dataset="photos", models=("lite0",)))


def test_a_run_is_followed_to_its_end(browser: Any, stand_in: Any) -> None:
    stand_in.predicted = False
    look = {"run-clock.n_intervals": 1, "run.data": "r-1", "revision.data": 0, "link.data": ALL.query()}
    first = browser.call("run-progress.children", look)["response"]
    assert "Predicting: 40 of 144" in text(first)
    assert first["run-clock"]["disabled"] is False
    browser.call("run-progress.children", look)
    assert browser.call("run-progress.children", look)["response"]["run-clock"]["disabled"] is True
