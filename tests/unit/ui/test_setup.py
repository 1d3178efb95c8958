import json
from typing import Any

from innhub import Hub
from ui import arriving
from ui.links import View
from ui.pages import setup

FILLED = {
    "model-origin.value": "file",
    "model-file.data": {"id": "u1", "name": "net.keras"},
    "weights.value": "imagenet",
    "model-name.value": "mine",
    "labels.value": "none",
    "preprocessing.value": "guessed",
    "link.data": "",
}
STATE = '{"setup":"state","what":"model"}'


def text(component: Any) -> str:
    return json.dumps(component, default=lambda part: part.to_plotly_json(), ensure_ascii=False)


def test_every_network_of_keras_is_offered(hub: Hub) -> None:
    said = text(setup.layout(View(workspace="birds"), hub))
    assert "MobileNetV2 (224 pixels)" in said
    assert '"data-workspace": "birds"' in said


def begun(browser: Any, **changed: Any) -> Any:
    button = '{"setup":"button","what":"model"}.n_clicks'
    return browser.call(f"{STATE}.children", {button: 1, **FILLED, **changed})["response"]


def test_a_form_begins_an_import(browser: Any, stand_in: Any) -> None:
    answer = begun(browser)
    assert stand_in.requests == [{"name": "mine", "upload": "u1"}]
    assert "mine is being read." in text(answer)


def test_a_form_that_lacks_something_says_so(browser: Any, stand_in: Any) -> None:
    assert "is not there yet" in text(begun(browser, **{"model-file.data": None}))
    assert stand_in.requests == []


def test_an_import_is_followed_to_its_end(hub: Hub, stand_in: Any) -> None:
    stand_in.import_state = "pending"
    assert "mine is being read." in text(arriving.told(View(), hub.models.get("m-new"), hub))
    stand_in.import_state = "ready"
    said = text(arriving.told(View(), hub.models.get("m-new"), hub))
    assert "mine is ready" in said
    assert "/inspect?model=mine" in said
    assert "3 of 4 methods explain it" in said


def test_a_refusal_says_why_and_the_way_out(hub: Hub, stand_in: Any) -> None:
    stand_in.import_state = "rejected"
    said = text(arriving.told(View(), hub.models.get("m-new"), hub))
    assert "The file ends early." in said
    assert "Send it again." in said


def test_a_data_set_that_arrived_shows_some_of_its_samples(hub: Hub) -> None:
    said = text(arriving.told(View(), hub.datasets.get("photos"), hub))
    assert "48, 44 of them with a label" in said
    assert '"age"' in said
    assert "/datasets/photos/archive.zip" in said
    assert said.count("/image?size=160") == 6
