"""What is taken for garbage, and what never is."""

from datetime import UTC, datetime, timedelta

import pytest

from backplane.layout import Layout
from backplane.results import Results
from backplane.uploads import Upload, Uploads
from domain.identifiers import new_id
from gateway.admin.garbage import GarbageCollector
from gateway.admin.schemas import Garbage, GarbageKind
from gateway.clients.pending_imports import uploads_in_use
from gateway.clients.tasks import import_dataset
from gateway.datasets.schemas import DatasetRecord, NewDataset

from .conftest import Place

NOW, IN_AN_HOUR, TOMORROW = timedelta(), timedelta(minutes=61), timedelta(hours=25)


def collector(place: Place, later: timedelta, in_use: frozenset[str] = frozenset()) -> GarbageCollector:
    uses = {(place.workspace, upload) for upload in in_use}
    return GarbageCollector(place.store, uses, lambda: datetime.now(UTC) + later)


def found(place: Place, later: timedelta, in_use: frozenset[str] = frozenset()) -> dict[str, Garbage]:
    all_found = collector(place, later, in_use).found()
    return {garbage.key: garbage for garbage in all_found if garbage.workspace == place.workspace}


def put_upload(place: Place) -> str:
    upload = new_id()
    Uploads(place.store, place.workspace).begin(Upload(id=upload, file_name="a.zip", created_by="ada"))
    Uploads(place.store, place.workspace).append(upload, 0, bytes(1000))
    return upload


async def test_an_upload_is_garbage_after_a_day_unless_an_import_waits_for_it(place: Place) -> None:
    upload = put_upload(place)
    key = f"{Layout(place.workspace).upload(upload).root}/"
    assert found(place, IN_AN_HOUR) == {}
    assert found(place, TOMORROW, frozenset({upload})) == {}
    garbage = found(place, TOMORROW)[key]
    assert (garbage.kind, garbage.objects) == (GarbageKind.UPLOAD, 2)
    assert garbage.bytes > 1000


async def test_imports_on_the_queue_say_which_uploads_they_need(place: Place) -> None:
    record = DatasetRecord(name="photos", created_by="ada")
    await import_dataset(place.bus, place.workspace, record, NewDataset(name="photos", upload="one", labels="two"))
    assert {(place.workspace, "one"), (place.workspace, "two")} <= await uploads_in_use(place.bus)


async def test_what_an_import_left_without_a_manifest_is_garbage_after_a_day(place: Place) -> None:
    whole, half = place.put_dataset("whole"), place.put_dataset("half")
    place.store.delete(Layout(place.workspace).dataset(half).manifest)
    assert found(place, IN_AN_HOUR) == {}
    garbage = found(place, TOMORROW)
    assert {key: one.kind for key, one in garbage.items()} == {
        f"{Layout(place.workspace).dataset(half).root}/": GarbageKind.ARTIFACT
    }
    assert whole not in "".join(garbage)


@pytest.mark.parametrize("gone", ["model", "dataset"])
async def test_results_are_garbage_once_their_model_or_data_set_is_gone(place: Place, gone: str) -> None:
    model, other, dataset = place.put_model("lite"), place.put_model("other"), place.put_dataset("photos")
    for identifier in (model, other):
        place.store.put(Results(place.workspace, dataset, identifier).prediction_part(0), b"part")
    assert found(place, TOMORROW) == {}
    layout = Layout(place.workspace)
    place.store.delete(f"{layout.model(model).root}/" if gone == "model" else f"{layout.dataset(dataset).root}/")
    garbage = found(place, NOW)
    folder = f"{place.workspace}/predictions/{dataset}/"
    assert set(garbage) == {f"{folder}{model}/" if gone == "model" else folder}
    assert {one.kind for one in garbage.values()} == {GarbageKind.RESULT}


async def test_a_table_that_nobody_fetched_is_garbage_after_an_hour(place: Place) -> None:
    key = Layout(place.workspace).export("table.csv")
    place.store.put(key, b"a,b")
    assert found(place, NOW) == {}
    assert found(place, IN_AN_HOUR)[key].kind is GarbageKind.EXPORT


async def test_records_that_were_lost_make_no_garbage(place: Place) -> None:
    model, dataset = place.put_model("lite"), place.put_dataset("photos")
    place.store.put(Results(place.workspace, dataset, model).prediction_part(0), b"part")
    assert await place.models.records.list(place.workspace) == []
    assert found(place, TOMORROW) == {}


async def test_removing_removes_what_was_listed_and_nothing_else(place: Place) -> None:
    model, upload = place.put_model("lite"), put_upload(place)
    listed = found(place, TOMORROW)
    assert listed
    removed = {one.key for one in collector(place, TOMORROW).removed() if one.workspace == place.workspace}
    assert removed == set(listed) == {f"{Layout(place.workspace).upload(upload).root}/"}
    left = [one.key for one in place.store.list(f"{place.workspace}/")]
    assert sorted(left) == sorted(
        [Layout(place.workspace).model(model).manifest, Layout(place.workspace).model(model).weights]
    )
