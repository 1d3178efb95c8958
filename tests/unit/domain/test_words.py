"""What every room talks about: labels, names, preprocessing and errors."""

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.errors import HubError, Reason
from domain.identifiers import checked_name, is_id, new_id
from domain.labels import ClassLabels, normalised
from domain.preprocessing import PRESETS, ChannelOrder, Preprocessing, named
from domain.samples import SampleEntry, read_index, write_index

LABELS = ClassLabels(
    names=("tabby cat", "Golden_Retriever", "3", "tabby cat"), aliases=(("n02123045", "tabby"), (), (), ())
)


@pytest.mark.parametrize(
    ("label", "index"),
    [
        ("tabby cat", 0),
        ("Tabby_Cat", 0),
        ("  TABBY-cat ", 0),
        ("n02123045", 0),
        ("golden retriever", 1),
        ("3", 2),
        ("0", 0),
        ("1", 1),
        ("4", None),
        ("-1", None),
        ("1.0", None),
        ("dog", None),
        ("", None),
    ],
)
def test_a_label_finds_its_unit_by_name_alias_or_number(label: str, index: int | None) -> None:
    assert LABELS.index_of(label) == index


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@given(st.lists(st.text(min_size=1).filter(lambda text: normalised(text) != ""), min_size=1, unique_by=normalised))
def test_every_name_finds_itself(names: list[str]) -> None:
    labels = ClassLabels(names=tuple(names))
    assert [labels.index_of(name) for name in names] == list(range(len(names)))


def test_numbered_labels() -> None:
    assert ClassLabels.numbered(3).names == ("0", "1", "2")


@pytest.mark.parametrize("name", ["a", "lite0", "my.model_v2-final", "9", "x" * 63])
def test_names_that_can_be(name: str) -> None:
    assert checked_name(name, "model") == name


@pytest.mark.parametrize(
    "name",
    ["", " a", "a b", "-a", ".a", "_a", "a/b", "a\n", "x" * 64, "ä", "a*", pytest.param(new_id(), id="identifier")],
)
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(HubError) as caught:
        checked_name(name, "model")
    assert caught.value.reason is Reason.ARGUMENT_INVALID
    assert "model" in caught.value.message
    assert caught.value.advice != ""


def test_identifiers_sort_by_their_age_and_are_told_from_names() -> None:
    first = new_id()
    assert is_id(first)
    assert first[:10] <= new_id()[:10]
    assert len({new_id() for _ in range(1000)}) == 1000
    assert not is_id("lite0")
    assert not is_id(first + "\n")


@pytest.mark.parametrize(
    "wrong",
    [
        {"mean": (1.0,)},
        {"scale": (1.0, 0.0, 1.0)},
        {"channel_order": "grey"},
        {"crop_fraction": 0},
        {"crop_fraction": 1.1},
        {"resize": "melt"},
        {"surprise": 1},
    ],
)
def test_preprocessing_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Preprocessing.model_validate(wrong)


def test_presets_are_found_by_name() -> None:
    for name, preset in PRESETS.items():
        assert named(name) is preset
        assert Preprocessing.model_validate_json(preset.model_dump_json()) == preset
    assert named("caffe").channel_order is ChannelOrder.BGR
    grey = Preprocessing(channel_order=ChannelOrder.GREY, mean=(0.0,), scale=(255.0,))
    assert len(grey.mean) == 1
    with pytest.raises(HubError) as caught:
        named("sepia")
    assert "sepia" in caught.value.message
    assert all(name in caught.value.advice for name in PRESETS)


def test_an_error_survives_the_way_through_a_process() -> None:
    error = HubError(Reason.TOO_LARGE, "It is too large.", "Make it smaller.")
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.reason, copy.message, copy.advice) == (error.reason, error.message, error.advice)
    assert str(copy) == "It is too large. Make it smaller."
    assert str(HubError(Reason.INTERNAL, "Only this.")) == "Only this."


def test_an_index_is_read_as_it_was_written() -> None:
    entries = tuple(
        SampleEntry(number=n, path=f"ä/{n}.jpg", label=None, width=3, height=2, format="jpeg", offset=512 * n, size=9)
        for n in range(3)
    )
    assert read_index(write_index(entries)) == entries
    for damaged in (b"", b"{}", write_index(entries)[:-5]):
        with pytest.raises(HubError) as caught:
            read_index(damaged)
        assert caught.value.reason is Reason.ARCHIVE_CORRUPT
