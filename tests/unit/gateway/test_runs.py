"""Records of runs: sets of shards, and the state that they amount to."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from hypothesis import given
from hypothesis import strategies as st

from backplane.bus import Bus
from backplane.queues import explained_shards_subject, shards_subject, statistics_subject
from domain.errors import HubError, Reason
from gateway.clients.tasks import subject as tasks_subject
from gateway.clients.tasks import work_on_shard
from gateway.records import Failure
from gateway.runs.kinds import Priority, RunKind, RunState
from gateway.runs.new import AskedOfAll, NewRun
from gateway.runs.record import ModelProgress, Pause, RunRecord, ShardFailure, Work
from gateway.runs.schemas import for_people
from gateway.runs.shards import ShardSet
from innhub_proto.events.v1 import events_pb2

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FAILURE = Failure(reason=Reason.TIMED_OUT, detail="long", advice="less")
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


def pause(since: datetime) -> Pause:
    return Pause(reason="much", advice="wait", since=since, resumes_at=NOW + timedelta(days=1))


def test_a_run_is_done_when_every_shard_of_every_model_is() -> None:
    going = record({0}, set()).completed("a", 1, 10, Work(), NOW)
    assert going is not None
    assert going.state is RunState.RUNNING
    done = going.completed("a", 2, 10, Work(), NOW)
    assert done is not None
    assert (done.state, done.ended_at) == (RunState.DONE, NOW)
    assert done.completed("a", 2, 10, Work(), NOW) is None


def test_a_run_with_a_failed_shard_fails_but_only_when_all_the_others_have_ended() -> None:
    going = record({0}, set()).failed("a", 1, FAILURE, Work(), NOW)
    assert going is not None
    assert going.state is RunState.RUNNING
    ended = going.completed("a", 2, 10, Work(), NOW)
    assert ended is not None
    assert ended.state is RunState.FAILED
    assert ended.failed("a", 1, FAILURE, Work(), NOW) is None


@pytest.mark.parametrize(
    ("state", "finished", "failed"),
    [(RunState.CANCELLED, {0}, set()), (RunState.FAILED, {0}, {1, 2}), (RunState.DONE, {0, 1, 2}, set())],
)
def test_what_has_ended_stays_as_it_is(state: RunState, finished: set[int], failed: set[int]) -> None:
    ended = record(finished, failed, state).model_copy(update={"ended_at": NOW})
    late = ended.completed("a", 2, 10, Work(), NOW + timedelta(hours=1)) or ended
    assert (late.state, late.ended_at) == (state, NOW)
    assert late.cancelled(NOW) is None
    assert late.dispatched({"a": of({2})}, NOW) is None


def test_only_the_shards_that_failed_are_tried_again() -> None:
    failed = record({0}, set()).failed("a", 1, FAILURE, Work(2.0, 5), NOW)
    assert failed is not None
    ended = failed.completed("a", 2, 10, Work(1.0), NOW)
    assert ended is not None
    again = ended.retried(NOW + timedelta(hours=3))
    assert again is not None
    assert (again.state, again.failures, again.ended_at) == (RunState.RUNNING, (), None)
    assert (again.waiting, again.attempt, again.progress["a"].finished) == (1, 1, of({0, 2}))
    assert again.idle_seconds == 3 * 3600
    assert again.retried(NOW) is None
    done = again.completed("a", 1, 10, Work(), NOW)
    assert done is not None
    assert (done.state, done.deliveries) == (RunState.DONE, 7)
    assert for_people(done).work.retries == 1


def test_a_shard_that_failed_and_is_done_after_all_counts_as_done() -> None:
    failed = record({0}, set()).failed("a", 1, FAILURE, Work(), NOW)
    assert failed is not None
    done = failed.completed("a", 1, 10, Work(), NOW)
    assert done is not None
    assert (done.progress["a"].finished, len(done.progress["a"].failed)) == (of({0, 1}), 0)
    assert done.failures == ()


def test_a_run_that_failed_is_done_when_its_shards_are_after_all() -> None:
    going = record({0}, set()).failed("a", 1, FAILURE, Work(), NOW)
    assert going is not None
    failed = going.failed("a", 2, FAILURE, Work(), NOW)
    assert failed is not None
    assert failed.state is RunState.FAILED
    nearly = failed.completed("a", 1, 10, Work(), NOW)
    assert nearly is not None
    assert (nearly.state, [one.shard for one in nearly.failures]) == (RunState.FAILED, [2])
    later = NOW + timedelta(seconds=1)
    done = nearly.completed("a", 2, 10, Work(), later)
    assert done is not None
    assert (done.state, done.ended_at, done.failures) == (RunState.DONE, later, ())


def test_samples_count_on_the_day_on_which_they_were_done() -> None:
    first = record({0}, set()).completed("a", 1, 10, Work(), NOW)
    assert first is not None
    second = first.completed("a", 2, 7, Work(), NOW + timedelta(days=1))
    assert second is not None
    assert second.done_by_day == {"2026-11-24": 10, "2026-11-25": 7}


def test_pauses_do_not_count_as_time_that_a_run_took() -> None:
    begun = record({0}, set()).dispatched({"a": of({1})}, NOW)
    assert begun is not None
    paused = begun.paused(pause(NOW + timedelta(seconds=10)))
    assert paused is not None
    assert (paused.state, paused.paused(pause(NOW))) == (RunState.PAUSED, None)
    assert paused.dispatched({"a": of({2})}, NOW) is None
    assert paused.busy_seconds(NOW + timedelta(hours=5)) == 10
    resumed = paused.resumed(NOW + timedelta(hours=5))
    assert resumed is not None
    assert (resumed.state, resumed.pause) == (RunState.RUNNING, None)
    assert resumed.busy_seconds(NOW + timedelta(hours=5, seconds=3)) == 13
    ended = paused.cancelled(NOW + timedelta(hours=1))
    assert ended is not None
    assert (ended.state, ended.busy_seconds(NOW + timedelta(days=9))) == (RunState.CANCELLED, 10)


def test_people_see_the_sums_of_all_models() -> None:
    stored = record({0}, {1}).model_copy(update={"failures": (ShardFailure(model="a", shard=1, failure=FAILURE),)})
    run = for_people(RunRecord.model_validate_json(stored.model_dump_json()))
    assert (run.progress.samples_done, run.progress.samples_total) == (40, 60)
    assert (run.progress.shards_done, run.progress.shards_failed, run.progress.shards_total) == (4, 1, 6)
    assert run.models == ["a", "b"]
    assert run.failures[0].failure.reason is Reason.TIMED_OUT
    assert run.progress.samples_a_second is None


def test_a_run_about_some_of_the_samples_is_full_once_it_is_done() -> None:
    going = RunRecord(
        name="r",
        created_by="somebody",
        kind=RunKind.CLUSTERS,
        dataset="d",
        label="dog",
        shards=1,
        samples=30,
        progress={"a": ModelProgress(), "b": ModelProgress()},
    )
    assert for_people(going).progress.samples_total == 60
    half = going.completed("a", 0, 7, Work(), NOW)
    assert half is not None
    assert (for_people(half).progress.samples_done, for_people(half).progress.samples_total) == (7, 37)
    done = half.completed("b", 0, 7, Work(), NOW)
    assert done is not None
    assert (for_people(done).progress.samples_done, for_people(done).progress.samples_total) == (14, 14)
    failed = half.failed("b", 0, FAILURE, Work(), NOW)
    assert failed is not None
    assert for_people(failed).progress.samples_total == 37


@pytest.mark.parametrize(
    ("kind", "models", "layer"),
    [
        ("activations", ["a"], ""),
        ("activations", ["a", "b"], "conv"),
        ("predict", ["a"], "conv"),
        ("patterns", ["a"], "conv"),
        ("patterns", ["a", "b"], ""),
        ("explain", ["a"], ""),
        ("quality", ["a"], ""),
        ("predict", [], ""),
        ("umap", ["a"], "conv"),
        ("clusters", ["a"], ""),
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


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "clusters"},
        {"kind": "clusters", "run": "r", "dataset": "d"},
        {"kind": "clusters", "run": "r", "models": ["a"]},
        {"kind": "umap", "dataset": "d", "models": ["a"], "label": "dog"},
        {"kind": "predict", "dataset": "d", "models": ["a"], "run": "r"},
        {"kind": "predict", "models": ["a"]},
    ],
)
def test_only_clusters_are_about_another_run(body: dict[str, Any]) -> None:
    with pytest.raises(HubError) as caught:
        NewRun.model_validate(body)
    assert caught.value.advice
    assert NewRun.model_validate({"kind": "clusters", "run": "r", "label": "dog"}).priority is Priority.NORMAL


class Published(Bus):
    """A bus that only notes."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, events_pb2.Task, str]] = []

    async def publish(
        self, subject: str, data: bytes, message_id: str, carrier: Mapping[str, str] | None = None
    ) -> None:
        self.messages.append((subject, events_pb2.Task.FromString(data), message_id))


@pytest.mark.parametrize(
    ("kind", "layer", "work", "subject", "more"),
    [
        (RunKind.PREDICT, "", "predict_shard", shards_subject, {"embedding": True}),
        (RunKind.ACTIVATIONS, "block/conv", "record_activations", shards_subject, {"layer": "block/conv"}),
        (
            RunKind.EXPLAIN,
            "",
            "explain_shard",
            explained_shards_subject,
            {"method": "grad_cam", "parameters": {"n": 2.0}, "target": {"index": 7}, "layer": "conv", "digest": "ab"},
        ),
        (RunKind.PATTERNS, "", "fit_patterns", explained_shards_subject, {}),
        (
            RunKind.QUALITY,
            "",
            "assess_shard",
            explained_shards_subject,
            {"method": "grad_cam", "parameters": {"n": 2.0}, "target": {"index": 7}, "layer": "conv", "digest": "ab"},
        ),
    ],
)
async def test_every_kind_of_run_sends_its_own_task_to_the_subject_of_the_run(
    kind: RunKind, layer: str, work: str, subject: Callable[[str], str], more: dict[str, Any]
) -> None:
    asked = AskedOfAll(method="grad_cam", parameters={"n": 2}, target=7, layer="conv")
    changes = {"kind": kind, "layer": layer, "explanation": asked, "digest": "ab", "embedding": True}
    run, bus = record(set(), set()).model_copy(update=changes), Published()
    await work_on_shard(bus, "w", run, "a", 2)
    ((found, task, message_id),) = bus.messages
    assert found == subject(run.id) == tasks_subject(run)
    assert (task.workspace, task.WhichOneof("work")) == ("w", work)
    assert MessageToDict(getattr(task, work)) == {"run": run.id, "model": "a", "dataset": "d", "shard": 2, **more}
    assert message_id == f"shard-{run.id}-a-2-0"


@pytest.mark.parametrize(
    ("kind", "work", "more"),
    [
        (RunKind.UMAP, "project_embedding", {}),
        (RunKind.CLUSTERS, "cluster_relevance", {"digest": "ab", "label": "dog"}),
    ],
)
async def test_what_is_about_all_samples_is_one_task_for_suggest(
    kind: RunKind, work: str, more: dict[str, Any]
) -> None:
    changes = {"kind": kind, "digest": "ab", "label": "dog"}
    run, bus = record(set(), set()).model_copy(update=changes), Published()
    await work_on_shard(bus, "w", run, "a", 0)
    ((found, task, _),) = bus.messages
    assert found == statistics_subject(run.id)
    assert MessageToDict(getattr(task, work)) == {"run": run.id, "model": "a", "dataset": "d", **more}


def test_a_record_from_before_layers_and_explanations_is_read() -> None:
    stored = record(set(), set()).model_dump(mode="json", exclude={"layer", "explanation", "digest"})
    run = for_people(RunRecord.model_validate(stored))
    assert (run.layer, run.explanation, run.digest) == ("", None, "")
