"""Records of runs: sets of shards, and the state that they amount to."""

from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Reason
from gateway.records import Failure
from gateway.runs.schemas import ModelProgress, RunKind, RunRecord, RunState, ShardFailure, for_people
from gateway.runs.shards import ShardSet

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
