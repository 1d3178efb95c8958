"""Imports from uploads that are cut off, and into a store that is slow, full, or breaks off: a clear end, no half."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from e2e.faults.proxy import Mood
from e2e.faults.stack import FaultStack
from e2e.faults.subject import until

from backplane.uploads import PIECE_BYTES, Uploads
from innhub import Hub, HubError


@pytest.fixture
def mood(stack: FaultStack) -> Iterator[Callable[[Mood], None]]:
    """Changes the mood of the proxy before S3."""

    def change(to: Mood) -> None:
        stack.proxy.mood, stack.proxy.hit = to, 0

    yield change
    change(Mood.PASS)


@pytest.fixture
def folders(stack: FaultStack) -> Callable[[], set[str]]:
    """The folders of models and data sets that the store holds, and of how many of them there is a manifest."""

    def look() -> set[str]:
        keys = [found.key for kind in ("models", "datasets") for found in stack.store.list(f"default/{kind}/")]
        roots = {key.rsplit("/", 1)[0].removesuffix("/shards") for key in keys}
        assert {key.removesuffix("/manifest.json") for key in keys if key.endswith("/manifest.json")} <= roots
        return {root for root in roots if f"{root}/manifest.json" in keys}

    return look


def test_an_upload_that_was_cut_off_goes_on_where_it_stopped(stack: FaultStack, tmp_path: Path) -> None:
    data = random.Random(7).randbytes(PIECE_BYTES + 100_000)
    with httpx.Client(base_url=f"{stack.url}/v1/workspaces/default", headers=bearer(stack), timeout=60) as http:
        upload = http.post("/uploads", json={"file_name": "large"}).json()["id"]

        def arrived() -> int:
            return int(http.get(f"/uploads/{upload}").json()["offset"])

        def broken() -> Iterator[bytes]:
            yield data[: PIECE_BYTES + 1000]
            until(arrived, "the first piece to be stored")
            raise ConnectionResetError("the line is cut")

        with pytest.raises(ConnectionResetError):
            httpx.put(
                f"{http.base_url}uploads/{upload}",
                content=broken(),
                headers={**bearer(stack), "Content-Length": str(len(data))},
            )
        refused = http.put(f"/uploads/{upload}", content=data).json()
        assert refused["reason"] == "UPLOAD_OFFSET_MISMATCH"
        assert "Go on from offset" in refused["advice"]
        offset = until(lambda: settled(arrived), "the gateway to keep what had arrived")
        assert PIECE_BYTES <= offset <= PIECE_BYTES + 1000
        assert http.put(f"/uploads/{upload}", params={"offset": offset}, content=data[offset:]).json()["offset"] == len(
            data
        )
    uploads = Uploads(stack.store, "default")
    uploads.download(upload, tmp_path / "large", most_bytes=2 * PIECE_BYTES)
    assert (tmp_path / "large").read_bytes() == data
    uploads.delete(upload)


@pytest.mark.parametrize("kind", ["model", "dataset"])
def test_a_file_that_was_cut_off_is_refused_and_leaves_nothing(
    hub: Hub,
    classifiers: Path,
    pictures: Callable[[int, int], Path],
    folders: Callable[[], set[str]],
    tmp_path: Path,
    stack: FaultStack,
    kind: str,
) -> None:
    before, uploads = folders(), list(stack.store.list("default/uploads/"))
    if kind == "model":
        whole = (classifiers / "steady.keras").read_bytes()
        file = tmp_path / "cut.keras"
    else:
        whole = (next(pictures(1, 256).rglob("*.jpg"))).read_bytes()
        file = tmp_path / "cut.jpg"
    file.write_bytes(whole[: len(whole) // 2])
    things = hub.models if kind == "model" else hub.datasets
    with pytest.raises(HubError) as caught:
        things.add(file, name=f"cut-{kind}")
    assert caught.value.reason in {"MODEL_CORRUPT", "DATASET_EMPTY", "ARCHIVE_CORRUPT"}
    assert caught.value.advice
    assert folders() == before
    until(lambda: list(stack.store.list("default/uploads/")) == uploads, "what was refused to be removed")


def test_a_full_store_refuses_an_upload_in_plain_words(
    hub: Hub, classifiers: Path, folders: Callable[[], set[str]], mood: Callable[[Mood], None]
) -> None:
    before = folders()
    mood(Mood.FULL)
    with pytest.raises(HubError) as caught:
        hub.models.add(classifiers / "steady.keras", name="full")
    assert (caught.value.reason, caught.value.status) == ("STORE_UNAVAILABLE", 503)
    assert "disk is full" in caught.value.detail
    assert caught.value.advice
    assert "full" not in {model.name for model in hub.models.list()}
    assert folders() == before


def test_a_store_that_becomes_full_during_an_import_leaves_no_half_of_it(
    stack: FaultStack,
    hub: Hub,
    pictures: Callable[[int, int], Path],
    folders: Callable[[], set[str]],
    mood: Callable[[Mood], None],
) -> None:
    before = folders()
    pending = hub.datasets.add(pictures(7, 32), name="overflowing", wait_seconds=0)
    mood(Mood.FULL)
    until(lambda: stack.proxy.hit, "the import to write")
    ended = until(lambda: not_pending(hub, pending.id), "the import to be given up")
    assert ended == "rejected"
    (failure,) = hub.datasets.get(pending.id).failures
    assert failure["reason"] == "STORE_UNAVAILABLE"
    assert "disk is full" in failure["detail"]
    assert folders() == before


@pytest.mark.parametrize("bad", [Mood.SLOW, Mood.BREAK], ids=lambda mood: mood.value)
def test_an_import_outlasts_a_store_that_is_slow_or_breaks_off(
    stack: FaultStack,
    hub: Hub,
    pictures: Callable[[int, int], Path],
    folders: Callable[[], set[str]],
    mood: Callable[[Mood], None],
    bad: Mood,
) -> None:
    before = folders()
    pending = hub.datasets.add(pictures(5, 32), name=bad.value, wait_seconds=0)
    mood(bad)
    until(lambda: stack.proxy.hit, "the import to write")
    assert len(folders()) == len(before), "what is not whole is not there"
    mood(Mood.PASS if bad is Mood.BREAK else Mood.SLOW)
    assert until(lambda: not_pending(hub, pending.id), "the import to end") == "ready"
    assert len(folders() - before) == 1
    assert [sample.number for sample in hub.datasets.samples(bad.value)] == list(range(5))
    hub.datasets.remove(bad.value)


def settled(look: Callable[[], int]) -> int:
    """A number once it has stopped changing; 0 before."""
    before = look()
    time.sleep(0.5)
    return before if look() == before else 0


def not_pending(hub: Hub, dataset: str) -> str:
    state = hub.datasets.get(dataset).state
    return "" if state == "pending" else state


def bearer(stack: FaultStack) -> dict[str, str]:
    return {"Authorization": f"Bearer {stack.token}"}
