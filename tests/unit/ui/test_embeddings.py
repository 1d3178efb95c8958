"""The page Embeddings: samples in the plane, what lies near what, and groups of explanations."""

import json
from dataclasses import replace
from typing import Any

import pytest

from innhub import Hub
from ui import embedding_charts, grouping, nearness, plane
from ui.links import View
from ui.pages import embeddings

VIEW = View(dataset="photos", models=("lite0", "lite2"), model="lite0")


def text(component: Any) -> str:
    return json.dumps(component, default=lambda part: part.to_plotly_json(), ensure_ascii=False)


def point(number: int, label: str | None, answer: str, *, correct: bool | None) -> dict[str, Any]:
    given = {"model": "m", "predicted": {"name": answer, "index": 0, "score": 0.5}, "label_score": 0.5}
    return {
        "sample": {"number": number, "label": label},
        "x": number,
        "y": 1.0,
        "answer": {**given, "correct": correct},
    }


POINTS = [
    point(0, "cat", "cat", correct=True),
    point(1, "cat", "dog", correct=False),
    point(2, "fox", "dog", correct=False),
    point(3, None, "cat", correct=None),
]
FOUND = {"points": POINTS, "samples": 4, "explained_variance": [0.5, 0.25]}


@pytest.mark.parametrize(
    ("coloured", "expected"),
    [
        ("label", {"cat (2)": (0, 1), "all others (1)": (2,), "no label (1)": (3,)}),
        ("prediction", {"cat (2)": (0, 3), "dog (2)": (1, 2)}),
        ("correctness", {"right (1)": (0,), "wrong (2)": (1, 2), "no label (1)": (3,)}),
    ],
)
def test_every_point_is_coloured_once(coloured: str, expected: dict[str, tuple[int, ...]]) -> None:
    figure = embedding_charts.embedding(FOUND, coloured, "lite0")
    assert {trace.name: trace.x for trace in figure.data} == expected
    assert len({(trace.marker.color, trace.marker.symbol) for trace in figure.data}) == len(expected)


def test_the_chosen_sample_is_marked_and_axes_say_what_they_explain() -> None:
    figure = embedding_charts.embedding(FOUND, "label", "lite0", chosen=2)
    assert (figure.data[-1].name, figure.data[-1].x) == ("chosen", (2,))
    assert figure.layout.xaxis.title.text == "Component 1: 50.0% of the variance"
    assert figure.data[0].customdata[0]["answers"][0]["model"] == "lite0"


def test_the_link_is_completed_and_what_it_cannot_mean_is_replaced(hub: Hub) -> None:
    page = embeddings.layout(View(projection="tsne", listed="x", coloured="y"), hub)
    view = View.parse(next(part.data for part in page.children if getattr(part, "id", "") == "link"))
    assert (view.model, view.projection, view.listed, view.coloured) == ("lite0", "pca", "neighbours", "label")


def test_umap_is_offered_until_a_run_has_made_it(hub: Hub, stand_in: Any) -> None:
    view = replace(VIEW, projection="umap")
    assert "Make it now" in text(plane.drawing(view, hub))
    stand_in.laid_out = True
    assert "UMAP of 48 samples as lite0 sees them" in text(plane.drawing(view, hub))


def test_predictions_of_the_model_are_offered_where_it_has_none(hub: Hub, stand_in: Any) -> None:
    stand_in.predicted = False
    said = text(plane.drawing(VIEW, hub))
    assert "lite0 has not predicted photos yet." in said
    assert '{"predict": "lite0"}' in said


def near(browser: Any, listed: str, sample: int | None = None) -> dict[str, Any]:
    asked = {"listed.value": listed, "embedded-sample.value": sample if sample is not None else ""}
    tray = {'{"tray":"embeddings"}.data': [4], "link.data": VIEW.query()}
    answer: dict[str, Any] = browser.call("near.children", {**asked, "revision.data": 0, **tray})["response"]
    return answer


def test_neighbours_are_those_of_the_chosen_sample(browser: Any) -> None:
    assert "Click a point" in text(near(browser, "neighbours"))
    said = text(near(browser, "neighbours", 3))
    assert "Nearest to sample 3" in said
    assert "/compare?dataset=photos&models=lite0&tray=3,0,1,2,4" in said
    assert "distance 0.100" in said
    # What is in the tray already is marked.
    assert said.count("card picked") == 1


def test_duplicates_come_in_pairs_and_outliers_one_by_one(browser: Any) -> None:
    assert '{"pair": 1, "with": 5}' in text(near(browser, "duplicates"))
    assert '{"pick": 0}' in text(near(browser, "outliers"))


def test_a_data_set_without_duplicates_says_so(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub.suggest, "duplicates", lambda *_, **__: {"items": [], "total": 0, "samples": 48})
    assert "No two of 48 samples" in text(nearness.duplicates(VIEW, hub))


def test_groups_need_a_run_that_has_explained_the_data_set(hub: Hub, stand_in: Any) -> None:
    dataset = hub.datasets.get("photos")
    assert "Explain all samples" in text(grouping.controls(VIEW, dataset, hub))
    stand_in.explained = True
    shown = text(grouping.controls(VIEW, dataset, hub))
    assert "Explain all samples" not in shown
    assert "gradient · unit 3 · 2026-11-22" in shown
    assert "Nobody has grouped these maps yet." in text(grouping.contents(replace(VIEW, run="r-1"), hub))


def test_a_group_shows_its_map_and_its_members_lead_to_compare(hub: Hub, stand_in: Any, monkeypatch: Any) -> None:
    stand_in.grouped = True
    explanation = {"method": "lrp.epsilon", "parameters": {"epsilon": 0.5}, "target": 3, "layer": ""}
    run = replace(hub.runs.get("r-1"), explanation=explanation)
    monkeypatch.setattr(hub.runs, "get", lambda _: run)
    said = text(grouping.contents(replace(VIEW, run="r-1"), hub))
    assert "3 samples, 67% right" in said
    assert "/compare?dataset=photos&models=lite0&tray=0,1,2&sample=1&method=lrp.epsilon&target=unit:3" in said
    assert "p.epsilon=0.5" in said


def test_a_typical_map_is_drawn_around_zero() -> None:
    [heatmap] = embedding_charts.typical_map([0.5, -1, 0, 0.25], 2).data
    assert [list(line) for line in heatmap.z] == [[0.5, -1], [0, 0.25]]
    assert (heatmap.zmin, heatmap.zmax) == (-1, 1)


@pytest.mark.parametrize(
    ("target", "link"),
    [
        ("predicted", "predicted"),
        ("label", "label"),
        ("tabby", "class:tabby"),
        (3, "unit:3"),
        ({"layer": "conv", "unit": 7}, "unit:7@conv"),
        ({"layer": "conv", "unit": None}, "predicted"),
        (["tabby", "crane"], "predicted"),
    ],
)
def test_targets_of_runs_are_those_of_links(target: object, link: str) -> None:
    assert grouping.link_target(target) == link


def test_the_run_that_explains_takes_a_method_that_the_network_allows(hub: Hub, stand_in: Any) -> None:
    grouping.explain(VIEW, hub)
    grouping.explain(replace(VIEW, model="squeezenet"), hub)
    assert [asked["explanation"]["method"] for asked in stand_in.requests] == ["lrp.epsilon", "gradient"]


def test_a_click_on_a_point_chooses_its_sample(browser: Any) -> None:
    clicked = {"points": [{"customdata": {"sample": 7}}]}
    answer = browser.call("embedded-sample.value", {'{"graph":"embedding"}.clickData': clicked})
    assert answer["response"]["embedded-sample"]["value"] == 7
