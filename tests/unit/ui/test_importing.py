from typing import Any

import pytest

from innhub import HubError
from ui import importing, model_form

FILLED: dict[str, Any] = {
    "origin": "file",
    "file": {"id": "u1", "name": "net.keras"},
    "application": None,
    "weights": "imagenet",
    "weights_file": None,
    "name": "mine",
    "labels": "none",
    "labels_file": None,
    "preprocessing": "guessed",
    "history_file": None,
    "own": {"mean": "1, 2 3", "scale": "255", "channel_order": "bgr", "resize": "pad"},
}


def body(**changed: Any) -> dict[str, Any]:
    return importing.model(FILLED | changed)


def test_what_is_left_at_its_default_is_left_to_the_hub() -> None:
    assert body() == {"name": "mine", "upload": "u1"}


def test_what_has_no_name_is_called_like_its_file() -> None:
    assert body(name="")["name"] == "net"
    assert importing.dataset("", {"id": "u1", "name": "p.zip"}, None)["name"] == "p"


def test_everything_filled_in_is_sent() -> None:
    sent = {name: {"id": name, "name": name} for name in ("labels_file", "history_file")}
    assert body(labels="file", preprocessing="own", **sent) == {
        "name": "mine",
        "upload": "u1",
        "labels": "labels_file",
        "history": "history_file",
        "preprocessing": {"mean": [1.0, 2.0, 3.0], "scale": [255.0], "channel_order": "bgr", "resize": "pad"},
    }


@pytest.mark.parametrize(("weights", "sent"), [("imagenet", "imagenet"), ("none", "none"), ("file", "u2")])
def test_a_network_of_keras_needs_no_file_of_its_own(weights: str, sent: str) -> None:
    filled = body(
        origin="keras",
        application="VGG16",
        weights=weights,
        weights_file={"id": "u2", "name": "w.h5"},
        name="",
        labels="imagenet",
    )
    assert filled == {"name": "vgg16", "builtin": "keras:VGG16", "weights": sent, "labels": "imagenet"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"file": None}, "the model is not there yet"),
        ({"name": "", "file": {"id": "u1", "name": "_.keras"}}, "no name"),
        ({"origin": "keras"}, "No network of Keras is chosen"),
        ({"labels": "file"}, "the labels is not there yet"),
        ({"preprocessing": "own", "own": FILLED["own"] | {"mean": "a b"}}, "no list of numbers"),
    ],
)
def test_what_is_missing_is_said_with_the_way_out(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(HubError, match=said) as refused:
        body(**changed)
    assert refused.value.advice


def test_a_data_set_is_sent_with_or_without_labels() -> None:
    pictures, labels = {"id": "u1", "name": "p.zip"}, {"id": "u2", "name": "l.csv"}
    assert importing.dataset("photos", pictures, None) == {"name": "photos", "upload": "u1"}
    assert importing.dataset("photos", pictures, labels)["labels"] == "u2"


@pytest.mark.parametrize(
    ("origin", "name"),
    [("My Net (2).keras", "my-net-2"), ("photos.tar.gz", "photos"), ("MobileNetV2", "mobilenetv2"), ("", "")],
)
def test_a_name_is_suggested_that_the_hub_takes(origin: str, name: str) -> None:
    assert importing.suggested_name(origin) == name


def test_only_the_parts_that_are_needed_are_shown() -> None:
    shown = model_form.shown("keras", "file", "none", "guessed")
    assert shown == {"file": False, "application": True, "weights": True, "labels": False, "preprocessing": False}
