import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import HubError, Reason
from inference.importing.labels import imagenet, parsed


@pytest.mark.parametrize(
    "data",
    [
        b'["cat", "dog"]',
        b'{"0": "cat", "1": "dog"}',
        b'{"1": "dog", "0": "cat"}',
        b"cat\ndog\n",
        b"cat\r\ndog\r\n",
        b"cat\rdog\r",
        b"\n cat \n\ndog",
        b"label\ncat\ndog\n",
        b"Name,alias\ncat,\ndog,\n",
        b"\xef\xbb\xbfcat\ndog",
    ],
)
def test_names_are_found_however_they_are_written(data: bytes) -> None:
    assert parsed(data).names == ("cat", "dog")


@pytest.mark.parametrize("data", [b"cat,kitty,n01\ndog,\n", b'[["cat", "kitty", "n01"], "dog"]'], ids=["csv", "json"])
def test_further_columns_are_aliases(data: bytes) -> None:
    labels = parsed(data)

    assert labels.aliases == (("kitty", "n01"), ())
    assert labels.index_of("Kitty") == 0


def test_quoted_name_may_hold_a_comma() -> None:
    assert parsed(b'"cat, tabby",kitty\ndog').names == ("cat, tabby", "dog")


@given(st.lists(st.from_regex(r"[a-z]{2,8}( [a-z]{2,8})?", fullmatch=True), min_size=1))
def test_json_list_keeps_names_and_order(names: list[str]) -> None:
    wanted = names[1:] if names[0] in {"label", "name", "class"} else names
    if wanted:
        assert parsed(json.dumps(names).encode()).names == tuple(wanted)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n\n",
        b"label\n",
        b"[]",
        b"{}",
        b'["cat", ',
        b'{"0": "cat", "2": "dog"}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
        b"x" * 200_000,
    ],
    ids=["empty", "blank", "heading", "list", "object", "cut", "gap", "deep", "no utf-8", "endless"],
)
def test_what_is_no_list_of_names_is_refused(data: bytes) -> None:
    with pytest.raises(HubError) as refusal:
        parsed(data)

    assert refusal.value.reason is Reason.LABELS_INVALID


def test_imagenet_has_a_thousand_classes_that_are_found_by_name_and_wordnet_id() -> None:
    labels = imagenet()

    assert len(labels.names) == len(labels.aliases) == 1000
    assert labels.index_of("golden retriever") == labels.index_of("n02099601") == 207
    assert labels.index_of("Golden_Retriever") == 207
    assert labels.index_of("no such thing") is None
