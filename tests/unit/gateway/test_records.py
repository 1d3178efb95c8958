"""Records on a real NATS: names are given once, and given back."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from backplane.bus import Bus
from backplane.settings import BusSettings
from domain.errors import HubError, Reason
from domain.identifiers import new_id
from gateway.imported_records import ImportedRecord, NamedRecords, State
from gateway.records import Failure
from gateway.workspaces.service import DEFAULT, Workspaces

Things = NamedRecords[ImportedRecord]
FAILURE = Failure(reason=Reason.MODEL_CORRUPT, detail="It is broken.", advice="Mend it.")


@pytest.fixture
async def bus(bus_settings: BusSettings) -> AsyncIterator[Bus]:
    connected = await Bus.connect(bus_settings, "test")
    yield connected
    await connected.close()


@pytest.fixture
async def things(bus: Bus) -> Things:
    bucket, names = await bus.bucket(f"things-{new_id()}"), await bus.bucket(f"names-{new_id()}")
    return NamedRecords(bucket, names, ImportedRecord, "big thing", Reason.MODEL_NOT_FOUND)


def thing(name: str) -> ImportedRecord:
    return ImportedRecord(name=name, created_by="somebody")


async def refusal(adding: object) -> HubError:
    with pytest.raises(HubError) as caught:
        await adding  # type: ignore[misc]
    return caught.value


async def test_a_record_is_found_by_id_and_by_name(things: Things) -> None:
    record = thing("one")
    await things.add("w", record)
    assert await things.get("w", record.id) == await things.get("w", "one") == record
    for workspace, reference in (("w", "two"), ("v", "one"), ("v", record.id), ("w", "*"), ("w", ">"), ("w", "a.b")):
        missing = await refusal(things.get(workspace, reference))
        assert missing.reason is Reason.MODEL_NOT_FOUND
        assert reference in missing.message


async def test_a_name_is_taken_once_a_workspace(things: Things) -> None:
    await things.add("w", thing("one"))
    taken = await refusal(things.add("w", thing("one")))
    assert taken.reason is Reason.NAME_TAKEN
    assert "'one'" in taken.message
    await things.add("v", thing("one"))
    assert len(await things.list("w")) == 1


async def test_of_many_who_want_a_name_at_once_one_gets_it(things: Things) -> None:
    answers = await asyncio.gather(*(things.add("w", thing("one")) for _ in range(8)), return_exceptions=True)
    assert answers.count(None) == 1
    assert len(await things.list("w")) == 1


async def test_a_removed_record_frees_its_name(things: Things) -> None:
    await things.add("w", thing("one"))
    await things.remove("w", "one")
    assert await things.list("w") == []
    await things.add("w", thing("one"))


async def test_a_rejected_record_stays_to_be_read_and_frees_its_name(things: Things) -> None:
    first, second = thing("one"), thing("one")
    await things.add("w", first)
    await things.reject("w", first.id, (FAILURE,))
    rejected = await things.get("w", first.id)
    assert (rejected.state, rejected.failures) == (State.REJECTED, (FAILURE,))
    unready = await refusal(things.ready("w", "one"))
    assert unready.reason is Reason.NOT_READY
    assert "It is broken." in unready.message
    await things.add("w", second)
    assert (await things.get("w", "one")).id == second.id
    # The name is the second one's now: removing the first may not free it.
    await things.remove("w", first.id)
    assert (await refusal(things.add("w", thing("one")))).reason is Reason.NAME_TAKEN


async def test_a_rejection_that_comes_twice_does_not_free_the_name_of_another(things: Things) -> None:
    first, second = thing("one"), thing("one")
    await things.add("w", first)
    await things.reject("w", first.id, (FAILURE,))
    await things.add("w", second)
    await things.reject("w", first.id, (FAILURE,))
    assert (await refusal(things.add("w", thing("one")))).reason is Reason.NAME_TAKEN


async def test_what_is_ready_is_not_rejected_any_more(things: Things) -> None:
    record = thing("one")
    await things.add("w", record)
    await things.change("w", record.id, lambda old: old.model_copy(update={"state": State.READY}))
    await things.reject("w", record.id, (FAILURE,))
    assert (await things.ready("w", "one")).state is State.READY


async def test_pages_go_through_all_in_the_order_of_their_age(things: Things) -> None:
    records = [thing(f"n{number}") for number in range(5)]
    for record in records:
        await things.add("w", record)
    expected, found, cursor = sorted(record.id for record in records), list[str](), None
    while True:
        page = await things.page("w", 2, cursor)
        found += [record.id for record in page.items]
        if (cursor := page.next) is None:
            break
    assert found == expected


async def test_the_default_workspace_is_there_even_where_its_record_was_lost(bus: Bus) -> None:
    assert await Workspaces(await bus.bucket(f"workspaces-{new_id()}")).exists(DEFAULT)


async def test_workspaces(bus: Bus) -> None:
    workspaces = Workspaces(await bus.bucket(f"workspaces-{new_id()}"))
    await workspaces.ensure_default()
    await workspaces.ensure_default()
    assert await workspaces.exists(DEFAULT)
    await workspaces.add("birds", "Birds", "somebody")
    assert (await refusal(workspaces.add("birds", "", "somebody"))).reason is Reason.NAME_TAKEN
    assert (await workspaces.rename("birds", "More birds")).title == "More birds"
    assert {workspace.name for workspace in await workspaces.list()} == {DEFAULT, "birds"}
    await workspaces.remove("birds")
    assert not await workspaces.exists("birds")
    for name in ("", "*", ">", "a.b", "a b", "ä"):
        assert not await workspaces.exists(name)
    assert (await refusal(workspaces.remove(DEFAULT))).reason is Reason.ARGUMENT_INVALID
