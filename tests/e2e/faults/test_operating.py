"""What an operator mends: records that NATS has lost with its disk, and what nobody needs any more."""

from e2e.faults.stack import FaultStack
from e2e.faults.subject import Subject, until
from e2e.program import document, program

from backplane.results import Results
from domain.identifiers import new_id
from innhub import Hub, HubError


def names(hub: Hub) -> tuple[set[str], set[str]]:
    ready = [[thing.name for thing in things.list() if thing.state == "ready"] for things in (hub.models, hub.datasets)]
    return set(ready[0]), set(ready[1])


def test_reindex_brings_back_every_model_and_data_set(stack: FaultStack, hub: Hub, subject: Subject) -> None:
    before = names(hub)
    innhub = program(stack.environment)
    stack.stop("nats")
    stack.lose_disk("nats")
    stack.start("nats")
    until(lambda: answers(hub), "the gateway to reach NATS again")
    assert names(hub) == (set(), set())
    assert document(innhub("admin", "gc", "--json")) == [], "records that are lost make no garbage"
    restored = document(innhub("admin", "reindex", "--json"))
    assert {one["name"] for one in restored if one["kind"] == "model"} == before[0]
    assert {one["name"] for one in restored if one["kind"] == "dataset"} == before[1]
    assert names(hub) == before
    assert "Nothing was missing." in innhub("admin", "reindex").stdout
    run = hub.predict(subject.dataset, [subject.model])
    subject.assert_each_sample_once(subject.ended(run))


def test_garbage_is_listed_first_and_removed_when_asked(stack: FaultStack, subject: Subject) -> None:
    innhub = program(stack.environment)
    orphan = Results("default", new_id(), subject.model.id).prediction_part(0)
    stack.store.put(orphan, bytes(12_000))
    assert "1 objects, 12 KB. `innhub admin gc --apply` removes them." in innhub("admin", "gc").stdout
    assert stack.store.exists(orphan)
    (removed,) = document(innhub("admin", "gc", "--apply", "--json"))
    assert (removed["kind"], removed["bytes"], orphan.startswith(removed["key"])) == ("result", 12_000, True)
    assert not stack.store.exists(orphan)
    assert innhub("admin", "gc").stdout == "There is no garbage.\n"


def answers(hub: Hub) -> bool:
    try:
        hub.models.list()
    except HubError as error:
        if error.status != 503:
            raise
        return False
    return True
