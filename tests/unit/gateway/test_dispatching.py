"""Whose turn it is: decided from the records of runs alone."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.runs.dispatching import Decision, Limits, decided
from gateway.runs.kinds import Priority, RunKind, RunState
from gateway.runs.record import ModelProgress, RunRecord, Work

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SHARD = 10


def run(
    who: str,
    shards: int = 100,
    *,
    models: int = 1,
    kind: RunKind = RunKind.PREDICT,
    priority: Priority = Priority.NORMAL,
    at: datetime = NOW,
) -> RunRecord:
    return RunRecord(
        name="r",
        created_by=who,
        created_at=at,
        kind=kind,
        priority=priority,
        dataset="d",
        shards=shards,
        samples=SHARD * shards,
        progress={f"m{number}": ModelProgress() for number in range(models)},
    )


class House:
    """Gateway and workers without anything in between: what is decided happens, and tasks end when a test says so."""

    def __init__(self, *runs: RunRecord, tasks_on_queue: int = 4, samples_a_day: int = 0) -> None:
        self.runs = {f"w.{one.id}": one for one in runs}
        self.limits = Limits(tasks_on_queue, samples_a_day)
        self.now = NOW

    def dispatch(self) -> Decision:
        self.now += timedelta(seconds=1)
        decision = decided(self.runs, self.limits, self.now)
        for key, pause in decision.pauses.items():
            self.runs[key] = self.runs[key].paused(pause) or self.runs[key]
        for key in decision.resumptions:
            self.runs[key] = self.runs[key].resumed(self.now) or self.runs[key]
        for key, tasks in decision.turns.items():
            self.runs[key] = self.runs[key].dispatched(tasks, self.now) or self.runs[key]
        return decision

    def on_queue(self) -> list[tuple[str, str, int]]:
        """Who has which shards of which models on the queue."""
        return [
            (one.created_by, model, shard)
            for one in self.runs.values()
            for model, part in one.progress.items()
            for shard in part.on_queue
        ]

    def end(self, who: str) -> None:
        """The lowest task of a person ends."""
        for key, one in self.runs.items():
            for model, part in one.progress.items():
                if one.created_by == who and part.on_queue:
                    shard = min(part.on_queue)
                    self.runs[key] = one.completed(model, shard, SHARD, Work(), self.now) or one
                    return
        raise AssertionError(f"{who} has nothing on the queue")

    def shares(self) -> dict[str, int]:
        people = [who for who, _, _ in self.on_queue()]
        return {who: people.count(who) for who in sorted(set(people))}


def test_only_a_window_of_tasks_is_on_a_queue() -> None:
    house = House(run("ann", models=2))
    house.dispatch()
    assert house.on_queue() == [("ann", "m0", 0), ("ann", "m0", 1), ("ann", "m1", 0), ("ann", "m1", 1)]
    assert house.dispatch().turns == {}
    house.end("ann")
    house.dispatch()
    assert len(house.on_queue()) == 4


def test_each_queue_has_its_own_window() -> None:
    kinds = [RunKind.PREDICT, RunKind.EXPLAIN, RunKind.UMAP, RunKind.QUALITY]
    house = House(*(run("ann", shards=9, kind=kind) for kind in kinds))
    house.dispatch()
    assert len(house.on_queue()) == 12


def test_a_run_of_a_million_does_not_starve_one_of_fifty() -> None:
    million, fifty = run("ann", shards=4000), run("bob", shards=5)
    house = House(million)
    house.dispatch()
    house.runs[f"w.{fifty.id}"] = fifty.model_copy(update={"created_at": house.now})
    tasks = 0
    while not house.runs[f"w.{fifty.id}"].state.ended:
        who = "bob" if "bob" in house.shares() and tasks % 2 else "ann"
        house.end(who)
        house.dispatch()
        tasks += 1
        assert tasks < 20, "bob waits for too long"
    assert house.shares() == {"ann": 4}


def test_people_have_equal_shares_however_many_runs_they_have() -> None:
    house = House(*(run("ann") for _ in range(10)), run("bob"), tasks_on_queue=6)
    house.dispatch()
    assert house.shares() == {"ann": 3, "bob": 3}


def test_where_there_are_more_people_than_places_everybody_has_a_turn() -> None:
    people = [f"p{number}" for number in range(9)]
    house, queue = House(*(run(who) for who in people), tasks_on_queue=2), list[str]()
    for turn in range(18):
        queue += [house.runs[key].created_by for key in house.dispatch().turns]
        house.end(queue[turn])
    assert {queue[:18].count(who) for who in people} == {2}


def test_of_a_persons_runs_the_urgent_goes_first_and_then_the_oldest() -> None:
    low, old, new, high = (run("ann", 2, priority=Priority(word)) for word in ("low", "normal", "normal", "high"))
    house, order = House(low, old, new, high, tasks_on_queue=1), []
    for _ in range(8):
        order += list(house.dispatch().turns)
        house.end("ann")
    assert order == [f"w.{one.id}" for one in (high, high, old, old, new, new, low, low)]


def test_urgency_gives_nobody_an_advantage_over_others() -> None:
    house = House(run("ann", priority=Priority.HIGH), run("bob", priority=Priority.LOW))
    house.dispatch()
    assert house.shares() == {"ann": 2, "bob": 2}


def test_models_are_worked_through_side_by_side() -> None:
    house = House(run("ann", shards=2, models=3), tasks_on_queue=4)
    house.dispatch()
    assert sorted((shard, model) for _, model, shard in house.on_queue()) == [
        (0, "m0"),
        (0, "m1"),
        (0, "m2"),
        (1, "m0"),
    ]


@pytest.mark.parametrize("state", [RunState.CANCELLED, RunState.DONE, RunState.FAILED])
def test_nothing_is_handed_out_of_a_run_that_has_ended(state: RunState) -> None:
    assert House(run("ann").model_copy(update={"state": state})).dispatch().turns == {}


def test_a_run_pauses_when_the_quota_is_used_up_and_goes_on_the_next_day() -> None:
    house = House(run("ann", shards=5), run("bob", shards=5), samples_a_day=2 * SHARD)
    house.dispatch()
    assert house.shares() == {"ann": 2, "bob": 2}
    for _ in range(2):
        house.end("ann")
    house.dispatch()
    of_ann, of_bob = house.runs.values()
    assert of_ann.state is RunState.PAUSED
    assert of_ann.pause is not None
    assert of_ann.pause.resumes_at == datetime(2026, 11, 25, tzinfo=UTC)
    assert "20 samples a day" in of_ann.pause.reason
    assert of_ann.pause.advice
    assert of_bob.state is RunState.RUNNING
    house.now = datetime(2026, 11, 24, 23, 59, 58, tzinfo=UTC)
    assert house.dispatch().turns == {}
    house.dispatch()
    of_ann = next(iter(house.runs.values()))
    assert (of_ann.state, of_ann.pause) == (RunState.RUNNING, None)
    assert house.shares() == {"ann": 2, "bob": 2}


def test_what_ended_today_counts_for_the_quota_too() -> None:
    done = run("ann", shards=1).completed("m0", 0, SHARD, Work(), NOW)
    assert done is not None
    assert done.state is RunState.DONE
    house = House(done, run("ann"), samples_a_day=SHARD)
    decision = house.dispatch()
    assert decision.turns == {}
    assert len(decision.pauses) == 1


def test_a_run_goes_on_when_the_limit_is_raised_and_can_be_cancelled_before() -> None:
    house = House(run("ann"), run("ann"), samples_a_day=SHARD)
    house.dispatch()
    house.end("ann")
    house.dispatch()
    first, second = house.runs
    assert {one.state for one in house.runs.values()} == {RunState.PAUSED}
    house.runs[first] = house.runs[first].cancelled(house.now) or house.runs[first]
    house.limits = Limits(4, 100 * SHARD)
    house.dispatch()
    assert [house.runs[key].state for key in (first, second)] == [RunState.CANCELLED, RunState.RUNNING]
