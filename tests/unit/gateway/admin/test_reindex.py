"""Records made again from manifests: all that was lost, nothing that is there, and nothing twice."""

import pytest

from backplane.layout import Layout
from domain.errors import HubError, Reason
from gateway.admin.reindex import Reindex
from gateway.admin.schemas import Kind, Restored
from gateway.imported_records import State
from gateway.models.schemas import ModelRecord

from .conftest import Place


async def reindexed(place: Place) -> list[Restored]:
    run = Reindex(place.store, place.bus, place.workspaces, place.models, place.datasets).run()
    return [restored async for restored in run if restored.workspace == place.workspace]


async def test_everything_that_the_store_holds_comes_back_under_its_name(place: Place) -> None:
    model, dataset = place.put_model("lite"), place.put_dataset("photos")
    restored = await reindexed(place)
    assert [(found.kind, found.id, found.name) for found in restored] == [
        (Kind.WORKSPACE, place.workspace, place.workspace),
        (Kind.MODEL, model, "lite"),
        (Kind.DATASET, dataset, "photos"),
    ]
    assert await place.workspaces.exists(place.workspace)
    back = await place.models.records.ready(place.workspace, "lite")
    assert (back.id, back.created_by) == (model, "ada")
    assert back.summary is not None
    assert back.summary.classes == 2
    photos = await place.datasets.records.ready(place.workspace, "photos")
    assert photos.summary is not None
    assert photos.summary.samples == 3
    with pytest.raises(HubError) as caught:
        await place.models.records.add(place.workspace, ModelRecord(name="lite", created_by="bob"))
    assert caught.value.reason is Reason.NAME_TAKEN


async def test_a_second_time_brings_back_nothing(place: Place) -> None:
    place.put_model("lite")
    assert await reindexed(place)
    assert await reindexed(place) == []


async def test_a_record_that_is_there_stays_as_it_is(place: Place) -> None:
    model = place.put_model("lite")
    record = place.models.record_of_manifest(place.workspace, model).model_copy(update={"created_by": "somebody newer"})
    await place.models.records.add(place.workspace, record)
    assert [found.kind for found in await reindexed(place)] == [Kind.WORKSPACE]
    assert await place.models.records.get(place.workspace, model) == record


async def test_names_alone_come_back_too(place: Place) -> None:
    model = place.put_model("lite")
    await reindexed(place)
    await place.models.records._names.delete(f"{place.workspace}.model.lite")
    assert await reindexed(place) == []
    with pytest.raises(HubError) as caught:
        await place.models.records.add(place.workspace, ModelRecord(name="lite", created_by="bob"))
    assert caught.value.reason is Reason.NAME_TAKEN
    assert (await place.models.records.get(place.workspace, "lite")).id == model


async def test_a_name_that_somebody_has_by_now_stays_theirs(place: Place) -> None:
    newer = ModelRecord(name="lite", created_by="bob")
    await place.models.records.add(place.workspace, newer)
    model = place.put_model("lite")
    (_, restored) = await reindexed(place)
    assert (restored.id, restored.was_named) == (model, "lite")
    assert restored.name == f"lite-{model[-6:].lower()}"
    assert (await place.models.records.get(place.workspace, restored.name)).id == model
    assert (await place.models.records.get(place.workspace, newer.id)).name == "lite"
    assert await reindexed(place) == []


async def test_an_import_of_whose_end_nobody_was_told_becomes_ready(place: Place) -> None:
    model = place.put_model("lite")
    await place.models.records.add(place.workspace, ModelRecord(id=model, name="lite", created_by="ada"))
    assert [found.kind for found in await reindexed(place)] == [Kind.WORKSPACE, Kind.MODEL]
    assert (await place.models.records.get(place.workspace, model)).state is State.READY


async def test_what_has_no_manifest_does_not_come_back_and_a_damaged_one_is_told(place: Place) -> None:
    half, damaged, sound = place.put_model("half"), place.put_model("damaged"), place.put_model("sound")
    paths = Layout(place.workspace)
    place.store.delete(paths.model(half).manifest)
    place.store.put(paths.model(damaged).manifest, b"{}")
    restored = {found.id: found for found in await reindexed(place)}
    assert restored.keys() == {place.workspace, damaged, sound}
    assert "damaged" in restored[damaged].problem
    assert not restored[sound].problem
