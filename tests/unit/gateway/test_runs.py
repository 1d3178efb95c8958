"""Records of runs: sets of shards, and the state that they amount to."""

from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from hypothesis import given
from hypothesis import strategies as st

from backplane.bus import Bus
from backplane.queues import explained_shards_subject, shards_subject
from domain.errors import HubError, Reason
from gateway.clients.tasks import subject as tasks_subject
from gateway.clients.tasks import work_on_shard
from gateway.records import Failure
from gateway.runs.schemas import (
    AskedOfAll,
    ModelProgress,
    NewRun,
    RunKind,
    RunRecord,
    RunState,
    ShardFailure,
    for_people,
)
from gateway.runs.shards import ShardSet
from innhub_proto.events.v1 import events_pb2

SHARDS = st.sets(st.integers(min_value=0, max_value=5000))


def of(shards: set[int]) -> ShardSet:
    found = ShardSet()
    for shard in shards:
        found = found.with_shard(shard)
    return found


@given(SHARDS)
def test_a_set_of_shards_is_stored_and_read_back(shards: set[int]) -> None:
    progress = ModelProgress(finished=of(shards))
    again = ModelProgress.model_validate_json(progress.model_dump_json()).finished
    assert again == of(shards)
    assert hash(again) == hash(of(shards))
    assert len(again) == len(shards)
    assert {shard for shard in range(5001) if shard in again} == shards


@given(SHARDS, st.integers(min_value=0, max_value=5000))
def test_a_shard_counts_once(shards: set[int], shard: int) -> None:
    assert of(shards).with_shard(shard).with_shard(shard) == of(shards | {shard})
    assert len(of(shards)) == len(shards)


def record(finished: set[int], failed: set[int], state: RunState = RunState.RUNNING) -> RunRecord:
    return RunRecord(
        name="r",
        created_by="somebody",
        kind=RunKind.PREDICT,
        state=state,
        dataset="d",
        shards=3,
        samples=30,
        progress={
            "a": ModelProgress(finished=of(finished), failed=of(failed), samples=10 * len(finished)),
            "b": ModelProgress(finished=of({0, 1, 2}), samples=30),
        },
    )


def test_a_run_is_done_when_every_shard_of_every_model_is() -> None:
    assert record({0, 1}, set()).settled().state is RunState.RUNNING
    done = record({0, 1, 2}, set()).settled()
    assert done.state is RunState.DONE
    assert done.ended_at is not None


def test_a_run_with_a_failed_shard_fails_but_only_when_all_the_others_have_ended() -> None:
    assert record({0}, {1}).settled().state is RunState.RUNNING
    assert record({0, 2}, {1}).settled().state is RunState.FAILED


def test_what_has_ended_stays_as_it_is() -> None:
    for state in (RunState.CANCELLED, RunState.FAILED, RunState.DONE):
        assert record({0, 1, 2}, set(), state).settled().state is state


def test_people_see_the_sums_of_all_models() -> None:
    failure = Failure(reason=Reason.TIMED_OUT, detail="long", advice="less")
    stored = record({0}, {1}).model_copy(update={"failures": (ShardFailure(model="a", shard=1, failure=failure),)})
    run = for_people(RunRecord.model_validate_json(stored.model_dump_json()))
    assert (run.progress.samples_done, run.progress.samples_total) == (40, 60)
    assert (run.progress.shards_done, run.progress.shards_failed, run.progress.shards_total) == (4, 1, 6)
    assert run.models == ["a", "b"]
    assert run.failures[0].failure.reason is Reason.TIMED_OUT
    assert run.progress.samples_a_second is None


@pytest.mark.parametrize(
    ("kind", "models", "layer"),
    [
        ("activations", ["a"], ""),
        ("activations", ["a", "b"], "conv"),
        ("predict", ["a"], "conv"),
        ("patterns", ["a"], "conv"),
        ("patterns", ["a", "b"], ""),
        ("explain", ["a"], ""),
    ],
)
def test_a_kind_of_run_with_too_little_or_too_much_is_refused(kind: RunKind, models: list[str], layer: str) -> None:
    with pytest.raises(HubError) as caught:
        NewRun(kind=kind, dataset="d", models=models, layer=layer)
    assert caught.value.reason is Reason.ARGUMENT_INVALID
    assert caught.value.advice


@pytest.mark.parametrize("kind", [RunKind.PREDICT, RunKind.ACTIVATIONS, RunKind.PATTERNS])
def test_only_a_run_that_explains_says_what_it_explains(kind: RunKind) -> None:
    layer = "conv" if kind is RunKind.ACTIVATIONS else ""
    with pytest.raises(HubError, match="explanation"):
        NewRun(kind=kind, dataset="d", models=["a"], layer=layer, explanation=AskedOfAll(method="gradient"))


class Published(Bus):
    """A bus that only notes."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, events_pb2.Task, str]] = []

    async def publish(self, subject: str, data: bytes, message_id: str) -> None:
        self.messages.append((subject, events_pb2.Task.FromString(data), message_id))


@pytest.mark.parametrize(
    ("kind", "layer", "work", "subject", "more"),
    [
        (RunKind.PREDICT, "", "predict_shard", shards_subject, {}),
        (RunKind.ACTIVATIONS, "block/conv", "record_activations", shards_subject, {"layer": "block/conv"}),
        (
            RunKind.EXPLAIN,
            "",
            "explain_shard",
            explained_shards_subject,
            {"method": "grad_cam", "parameters": {"n": 2.0}, "target": {"index": 7}, "layer": "conv", "digest": "ab"},
        ),
        (RunKind.PATTERNS, "", "fit_patterns", explained_shards_subject, {}),
    ],
)
async def test_every_kind_of_run_sends_its_own_task_to_the_subject_of_the_run(
    kind: RunKind, layer: str, work: str, subject: Callable[[str], str], more: dict[str, Any]
) -> None:
    asked = AskedOfAll(method="grad_cam", parameters={"n": 2}, target=7, layer="conv")
    changes = {"kind": kind, "layer": layer, "explanation": asked, "digest": "ab"}
    run, bus = record(set(), set()).model_copy(update=changes), Published()
    await work_on_shard(bus, "w", run, "a", 2)
    ((found, task, message_id),) = bus.messages
    assert found == subject(run.id) == tasks_subject(run)
    assert (task.workspace, task.WhichOneof("work")) == ("w", work)
    assert MessageToDict(getattr(task, work)) == {"run": run.id, "model": "a", "dataset": "d", "shard": 2, **more}
    assert message_id == f"shard-{run.id}-a-2"


def test_a_record_from_before_layers_and_explanations_is_read() -> None:
    stored = record(set(), set()).model_dump(mode="json", exclude={"layer", "explanation", "digest"})
    run = for_people(RunRecord.model_validate(stored))
    assert (run.layer, run.explanation, run.digest) == ("", None, "")
