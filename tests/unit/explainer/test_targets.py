from datetime import UTC, datetime
from typing import Literal

import numpy as np
import pytest

from domain.errors import HubError, Reason
from domain.labels import ClassLabels
from domain.manifests import Head, ModelManifest
from domain.preprocessing import ChannelOrder, Preprocessing
from domain.samples import SampleEntry
from explainer.explaining import in_picture_order
from explainer.wanted import class_index

_LOGITS = np.array([0.1, 2.0, -1.0], np.float32)
_MODEL = ModelManifest(
    id="m",
    name="cats",
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    created_by="me",
    network_digest="d",
    input_shape=(8, 8, 3),
    head=Head.SOFTMAX,
    preprocessing=Preprocessing(),
    labels=ClassLabels(names=("tabby cat", "dog", "owl"), aliases=(("n01",), (), ("bird of night",))),
    layers=1,
    parameters=1,
)


def _entry(label: str | None) -> SampleEntry:
    picture: Literal["png"] = "png"
    return SampleEntry(number=4, path="a.png", label=label, width=8, height=8, format=picture, offset=0, size=1)


@pytest.mark.parametrize(
    ("target", "index"),
    [
        ("predicted", 1),
        ("label", 2),
        (0, 0),
        (2, 2),
        ("dog", 1),
        ("Tabby_Cat", 0),
        ("n01", 0),
        ("bird of night", 2),
        ("2", 2),
    ],
)
def test_target_names_a_unit(target: str | int, index: int) -> None:
    assert class_index(target, _MODEL, _entry("owl"), _LOGITS) == index


@pytest.mark.parametrize("target", ["horse", "3", 3, -1, ""])
def test_class_that_the_model_does_not_have_is_refused(target: str | int) -> None:
    with pytest.raises(HubError, match="'cats'") as refusal:
        class_index(target, _MODEL, _entry("owl"), _LOGITS)

    assert refusal.value.reason is Reason.TARGET_INVALID


def test_label_that_is_no_class_of_the_model_is_refused() -> None:
    with pytest.raises(HubError, match="'horse'") as refusal:
        class_index("label", _MODEL, _entry("horse"), _LOGITS)

    assert refusal.value.reason is Reason.TARGET_INVALID


def test_sample_without_a_label_has_none_to_explain() -> None:
    with pytest.raises(HubError, match="sample 4") as refusal:
        class_index("label", _MODEL, _entry(None), _LOGITS)

    assert refusal.value.reason is Reason.LABELS_MISSING


@pytest.mark.parametrize(
    ("order", "wanted"), [(ChannelOrder.BGR, [3, 2, 1]), (ChannelOrder.RGB, [1, 2, 3]), (ChannelOrder.GREY, [1, 2, 3])]
)
def test_relevance_comes_in_the_order_of_the_picture(order: ChannelOrder, wanted: list[int]) -> None:
    relevance = np.array([[[1.0, 2.0, 3.0]]], np.float32)

    found = in_picture_order(relevance, order)

    assert found[0, 0].tolist() == wanted
    assert found.flags["C_CONTIGUOUS"]
