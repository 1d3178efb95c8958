"""Selections against a real store: each by its name, and what is wrong with one harms no other."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from backplane.artifacts import ArtifactStore
from backplane.layout import Layout
from backplane.selections import Selections
from domain.errors import HubError, Reason
from domain.identifiers import new_id
from domain.selections import Selection


@pytest.fixture
def workspace() -> str:
    return f"w-{new_id().lower()}"


@pytest.fixture
def selections(artifact_store: ArtifactStore, workspace: str) -> Iterator[Selections]:
    artifact_store.ensure_bucket()
    yield Selections(artifact_store, workspace)
    artifact_store.delete(f"{workspace}/")


def named(name: str) -> Selection:
    return Selection(name=name, dataset="d", created_at=datetime.now(UTC), created_by="ann", count=2)


def test_a_selection_comes_back_with_its_samples(selections: Selections) -> None:
    saved = named("odd-ones")
    selections.add(saved, [3, 7])
    assert selections.get("odd-ones") == saved
    assert selections.samples("odd-ones") == (3, 7)
    assert selections.list() == [saved]


def test_a_name_is_given_once(selections: Selections) -> None:
    selections.add(named("a"), [1])
    with pytest.raises(HubError) as caught:
        selections.add(named("a"), [2])
    assert caught.value.reason is Reason.NAME_TAKEN
    assert selections.samples("a") == (1,)


def test_one_is_removed_and_those_with_longer_names_stay(selections: Selections) -> None:
    for name in ("a", "a.json", "a.json-old", "ab"):
        selections.add(named(name), [1])
    selections.remove("a")
    assert [one.name for one in selections.list()] == ["a.json", "a.json-old", "ab"]


@pytest.mark.parametrize("name", ["../x", "", "a/b", "n" * 2000, "日本"])
def test_what_cannot_be_a_name_is_refused_before_the_store_is_asked(selections: Selections, name: str) -> None:
    for call in (selections.get, selections.samples, selections.remove):
        with pytest.raises(HubError) as caught:
            call(name)
        assert caught.value.reason is Reason.ARGUMENT_INVALID


def test_one_that_is_missing_is_named(selections: Selections) -> None:
    for call in (selections.get, selections.samples, selections.remove):
        with pytest.raises(HubError, match="nobody") as caught:
            call("nobody")
        assert caught.value.reason is Reason.SELECTION_NOT_FOUND


def test_a_damaged_one_hides_no_other_and_can_be_removed(
    selections: Selections, artifact_store: ArtifactStore, workspace: str
) -> None:
    selections.add(named("good"), [1])
    artifact_store.put(Layout(workspace).selection("bad").manifest, b"{")
    assert [one.name for one in selections.list()] == ["good"]
    with pytest.raises(HubError) as caught:
        selections.get("bad")
    assert caught.value.reason is Reason.ARCHIVE_CORRUPT
    selections.remove("bad")
    with pytest.raises(HubError) as gone:
        selections.get("bad")
    assert gone.value.reason is Reason.SELECTION_NOT_FOUND
