"""The page Suggest: filters that everything obeys, charts, parts of them, and selections."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innhub import Hub, HubError
from ui import answer_charts, charts, conditions, filters, gallery, parts, sides
from ui.conditions import Filters
from ui.links import View
from ui.pages import suggest

MODELS = ("lite0", "lite2", "squeezenet")
SEVERAL = View(dataset="photos", models=MODELS)
ONE = View(dataset="photos", models=("lite0",))
WORDS = st.lists(st.sampled_from(["tabby", "golden retriever", "a=b", "x@y"]), unique=True, max_size=3).map(tuple)


def text(component: Any) -> str:
    return json.dumps(component, default=lambda part: part.to_plotly_json(), ensure_ascii=False)


def numbers(section: Any) -> list[int]:
    return [card.id["pick"] for card in section.children[1].children]


@given(
    st.builds(
        Filters,
        labels=WORDS,
        predicted=WORDS,
        correct=st.lists(st.sampled_from(list(conditions.verdict_conditions(MODELS))), unique=True, max_size=3).map(
            tuple
        ),
        selection=st.sampled_from(["", "odd-ones"]),
        others=st.lists(st.sampled_from(["entropy>1", "label!=tabby", "no condition"]), unique=True).map(tuple),
    )
)
def test_controls_find_their_own_conditions_again(found: Filters) -> None:
    assert Filters.of(found.where(MODELS), MODELS) == found


def test_conditions_that_two_controls_cannot_show_stay_as_text() -> None:
    found = Filters.of(["label=cat", "label=dog", "predicted@lite2=cat", "correct@gone=true"], MODELS)
    assert found.labels == ("cat",)
    assert found.others == ("label=dog", "predicted@lite2=cat", "correct@gone=true")


@pytest.mark.parametrize(
    ("condition", "meant"),
    [
        ("entropy>=0.5", "entropy@lite0>=0.5"),
        ("correct = false", "correct@lite0= false"),
        ("entropy@lite2<1", "entropy@lite2<1"),
        ("label=score<3", "label=score<3"),
        ("mean_score<1", "mean_score<1"),
        ("score_of_judges>3", "score_of_judges>3"),
    ],
)
def test_the_first_model_is_named_where_it_is_meant(condition: str, meant: str) -> None:
    assert conditions.qualified([condition], "lite0") == (meant,)


def test_with_other_models_conditions_keep_their_meaning_or_go() -> None:
    where = ("label=cat", "entropy>1", "correct@lite2=true", "predicted_classes>1")
    assert conditions.kept(where, "lite0", ["lite2", "lite0"]) == (
        "label=cat",
        "entropy@lite0>1",
        "correct@lite2=true",
        "predicted_classes>1",
    )
    assert conditions.kept(where, "lite0", ["lite2"]) == ("label=cat", "correct@lite2=true", "predicted_classes>1")


def test_another_choice_of_models_takes_the_filters_along(browser: Any) -> None:
    link = SEVERAL.filtered(["entropy>1", "correct@squeezenet=true"]).query()
    asked = {"models.value": ["lite2", "lite0"], "dataset.value": "photos", "link.data": link}
    answer = browser.call("address.search", asked)
    assert View.parse(answer["response"]["address"]["search"]).where == ("entropy@lite0>1",)


def test_controls_show_what_the_link_filters_by(hub: Hub) -> None:
    where = ["label=tabby|teapot", "predicted@lite0=crane", "correct@lite2=false", "selection=odd", "entropy>1"]
    shown = text(suggest.layout(SEVERAL.filtered(where), hub))
    for value in (["tabby", "teapot"], ["crane"], ["correct@lite2=false"], ["entropy>1"], "odd"):
        assert f'"value": {json.dumps(value)}' in shown


def counted(browser: Any, where: Sequence[str], view: View = SEVERAL) -> dict[str, Any]:
    asked = {"where.data": list(where), "revision.data": 0, "link.data": view.query()}
    answer: dict[str, Any] = browser.call("meeting.children", asked)["response"]
    return answer


def test_what_is_left_is_counted_and_offered_as_tables(browser: Any) -> None:
    said = text(counted(browser, ["label=tabby"]))
    assert "12 of 48 samples meet the filters." in said
    assert (
        "suggestions/samples.csv?dataset=photos&models=lite0&models=lite2&models=squeezenet&where=label%3Dtabby" in said
    )
    assert "suggestions/samples.parquet?" in said
    assert "predictions/table.parquet?dataset=photos&model=lite0" in text(counted(browser, [], ONE))


def test_filters_that_leave_nothing_say_so(browser: Any) -> None:
    assert "None of 48 samples meets the filters." in text(counted(browser, ["score>2"]))


def test_a_wrong_condition_is_refused_beside_its_field_and_in_place_of_the_chart(browser: Any, hub: Hub) -> None:
    answer = counted(browser, ["blue"])
    assert answer["conditions"]["error"] == "'blue' is no condition. Write for instance label=cat."
    assert answer["meeting"]["children"] == ""
    assert "the filters cannot be applied" in text(charts.contents(SEVERAL.filtered(["blue"]), hub))
    asked = {"show.data": "agree-sure", "where.data": ["blue"], "link.data": SEVERAL.query()}
    assert browser.call("gallery.children", asked)["response"]["gallery"]["children"] is None


def test_controls_and_text_become_one_list_of_conditions(browser: Any) -> None:
    asked = {
        "label-filter.value": ["tabby"],
        "correct-filter.value": ["correct@lite2=false"],
        "conditions.value": ["entropy>1"],
        "link.data": SEVERAL.query(),
    }
    answer = browser.call("where.data", asked)["response"]
    assert answer["where"]["data"] == ["label=tabby", "correct@lite2=false", "entropy>1"]


def test_the_gallery_obeys_the_filters(hub: Hub) -> None:
    everything = gallery.contents(replace(SEVERAL, show="agree-sure"), hub)
    left = gallery.contents(replace(SEVERAL, show="agree-sure").filtered(["label=tabby"]), hub)
    tabbies = [number for number in numbers(everything) if number % 4 == 0]
    assert numbers(left) == tabbies
    assert 0 < len(tabbies) < len(numbers(everything))


@pytest.mark.parametrize("quantity", parts.QUANTITIES)
def test_a_bar_lists_what_it_counts(quantity: str, hub: Hub) -> None:
    found = hub.suggest.histogram("photos", "lite0", quantity=quantity, bins=5)["bins"]
    keys = answer_charts.bar_keys(found, quantity)
    sections = [gallery.contents(replace(ONE, show=key), hub) for key in keys]
    assert [len(numbers(section)) for section in sections] == [bar["samples"] for bar in found]


def test_a_bar_of_confidence_takes_its_upper_edge_and_samples_with_labels() -> None:
    first, second = (parts.part(parts.confidence(low, low + 0.5), ("lite0",)) for low in (0.0, 0.5))
    assert first is not None
    assert second is not None
    assert first.where == ("score<=0.5", "label_score>=0")
    assert second.where == ("score>0.5", "score<=1.0", "label_score>=0")


def test_a_cell_lists_what_it_counts(hub: Hub) -> None:
    view = replace(SEVERAL, rows="label", columns="predicted@lite2")
    cell = sides.confusion(view, hub, 30)["most_confused"][0]
    key = parts.cell("label", cell["row"], "predicted@lite2", cell["column"])
    section = gallery.contents(replace(view, show=key), hub)
    assert section is not None
    assert len(numbers(section)) == cell["samples"]
    assert f"Label: {cell['row']}, lite2: {cell['column']}" in text(section)


def test_a_calibration_says_its_error_and_lists_bars_for_the_keyboard(hub: Hub) -> None:
    said = text(charts.contents(replace(ONE, chart="calibration"), hub))
    for words in ("10.0%", "75.0% of 48 labelled samples", "80% to 90%", "Bars as a list"):
        assert words in said


def test_the_list_of_the_most_confused_leads_to_their_samples(hub: Hub) -> None:
    said = text(charts.contents(replace(SEVERAL, chart="confusion"), hub))
    assert "Most confused: lite0 → lite2" in said
    assert '{\\"show\\": ' not in said
    assert "cell:[" in said


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (ONE, ("label", "predicted@lite0")),
        (SEVERAL, ("predicted@lite0", "predicted@lite2")),
        (replace(SEVERAL, rows="predicted@lite2"), ("predicted@lite2", "predicted@lite0")),
        (replace(SEVERAL, rows="predicted@gone", columns="predicted@gone"), ("predicted@lite0", "predicted@lite2")),
        (replace(SEVERAL, rows="column:age", columns="predicted@squeezenet"), ("column:age", "predicted@squeezenet")),
    ],
)
def test_the_sides_of_a_confusion_are_completed(view: View, expected: tuple[str, str]) -> None:
    assert sides.chosen(view) == expected


def test_a_confusion_says_which_filter_it_cannot_obey(hub: Hub) -> None:
    with pytest.raises(HubError, match="speaks of squeezenet") as refused:
        sides.confusion(SEVERAL.filtered(["correct@squeezenet=true"]), hub, 30)
    assert "Take that filter out" in refused.value.advice
    with pytest.raises(HubError, match="lite0 cannot be confused with itself"):
        sides.confusion(replace(SEVERAL, rows="predicted@lite0", columns="predicted@lite0"), hub, 30)


def test_charts_that_models_do_not_have_give_way_to_the_first_one() -> None:
    assert charts.kind(replace(SEVERAL, chart="calibration")) == "map"
    assert charts.kind(replace(ONE, chart="map")) == "histogram"


def saved(browser: Any, name: str, samples: str, tray: Sequence[int] = (), where: Sequence[str] = ()) -> Any:
    asked = {
        "save.n_clicks": 1,
        "saved-samples.value": samples,
        "saved-name.value": name,
        "where.data": list(where),
        '{"tray":"suggest"}.data': list(tray),
        "link.data": SEVERAL.query(),
    }
    return browser.call("saved.children", asked)["response"]


def test_the_tray_is_saved_and_can_be_chosen_at_once(browser: Any, stand_in: Any) -> None:
    answer = saved(browser, " odd-ones ", "tray", tray=[3, 5])
    assert stand_in.requests[-1]["samples"] == [3, 5]
    assert answer["selection-filter"]["data"] == ["odd-ones"]
    assert "odd-ones holds 2 samples." in text(answer)
    again = saved(browser, "odd-ones", "tray", tray=[3])
    assert again["saved-name"]["error"] == "There is a selection called 'odd-ones' already. Do this."


def test_what_the_filters_leave_is_saved_by_conditions(browser: Any, stand_in: Any) -> None:
    saved(browser, "cats", "filtered", where=["label=tabby"])
    assert stand_in.requests[-1]["where"] == ["label=tabby"]
    assert stand_in.requests[-1]["models"] == list(MODELS)


@pytest.mark.parametrize(("samples", "said"), [("tray", "The tray is empty."), ("filtered", "No filter is set")])
def test_nothing_and_everything_are_not_saved(browser: Any, stand_in: Any, samples: str, said: str) -> None:
    assert said in saved(browser, "all", samples)["saved-name"]["error"]
    assert stand_in.requests == []


def test_labels_that_no_condition_can_hold_are_not_offered(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = hub.datasets.get("photos")
    assert dataset.summary is not None
    monkeypatch.setitem(dataset.summary, "labels", ["a|b", "tabby"])
    shown = text(filters.controls(SEVERAL, dataset, hub))
    assert '"data": ["tabby"]' in shown
