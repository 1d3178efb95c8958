"""Whose turn it is: which tasks are put on the queues next, and whose runs pause. Decided here, carried out elsewhere.

Only a few tasks of each queue are handed out at a time (docs/adr/0008). Of the people who have tasks waiting for a
queue the next turn has whoever has the fewest on it; among equals, whoever has waited longest for a turn. Of a person's
runs the most urgent goes first, then the oldest. All of it follows from the records, so every gateway decides alike.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from gateway.runs.kinds import Priority, RunQueue, RunState
from gateway.runs.record import Pause, RunRecord
from gateway.runs.shards import ShardSet

_URGENCY = {Priority.HIGH: 0, Priority.NORMAL: 1, Priority.LOW: 2}
Key = str
"""Of a run: `<workspace>.<id>`."""
Turns = dict[Key, dict[str, ShardSet]]
"""For each run the shards of each model that are to be handed out."""


@dataclass(frozen=True)
class Limits:
    """How much at once, and how much a day.

    Attributes:
        tasks_on_queue: the most tasks that are handed out at a time, a queue.
        samples_a_day: the most samples that one person's runs work through in a UTC day; 0 for any number.
    """

    tasks_on_queue: int
    samples_a_day: int = 0


@dataclass(frozen=True)
class Decision:
    """What is to be done: runs that pause, runs that go on, and tasks to be handed out."""

    pauses: Mapping[Key, Pause]
    resumptions: frozenset[Key]
    turns: Turns


@dataclass
class _Rest:
    """What is left of a run."""

    key: Key
    run: RunRecord
    handed_out: dict[str, ShardSet]

    @property
    def empty(self) -> bool:
        return all(len(part) >= self.run.shards for part in self.handed_out.values())

    def take(self) -> tuple[str, int]:
        """The next task: the lowest shard of all models, so that what there is of them can be compared."""
        model = min(self.handed_out, key=lambda model: self.handed_out[model].lowest_missing)
        shard = self.handed_out[model].lowest_missing
        self.handed_out[model] = self.handed_out[model].with_shard(shard)
        return model, shard


@dataclass
class _Person:
    """Somebody with runs on one queue."""

    name: str
    waits_since: datetime
    on_queue: int = 0
    rests: list[_Rest] = field(default_factory=list)


def decided(runs: Mapping[Key, RunRecord], limits: Limits, now: datetime) -> Decision:
    """What is to be done.

    Args:
        runs: all that have not ended, and those that have done something today.
        limits: how much may be done.
        now: the time, in UTC.
    """
    spent = _spent(runs.values(), now)
    active = {key: run for key, run in runs.items() if not run.state.ended}
    exhausted = {user for user, samples in spent.items() if 0 < limits.samples_a_day <= samples}
    stopped = {key for key, run in active.items() if run.created_by in exhausted and run.waiting}
    going = {key: run for key, run in active.items() if key not in stopped}
    left, turns = _left(active.values(), spent, limits), Turns()
    for queue in RunQueue:
        taken = sum(run.on_queue for run in active.values() if run.kind.queue is queue)
        people = _people({key: run for key, run in going.items() if run.kind.queue is queue})
        _hand_out(people, limits.tasks_on_queue - taken, left, turns, now)
    return Decision(
        pauses={key: _pause(limits, now) for key in stopped},
        resumptions=frozenset(key for key, run in going.items() if run.state is RunState.PAUSED),
        turns=turns,
    )


def done_on(run: RunRecord, now: datetime) -> int:
    """How many samples a run has done on a day."""
    return run.done_by_day.get(now.date().isoformat(), 0)


def _spent(runs: Iterable[RunRecord], now: datetime) -> Counter[str]:
    spent: Counter[str] = Counter()
    for run in runs:
        spent[run.created_by] += done_on(run, now)
    return spent


def _left(runs: Iterable[RunRecord], spent: Counter[str], limits: Limits) -> dict[str, float]:
    """How many samples of each person may still be handed out today: those on the queue count as if they were done."""
    a_day = limits.samples_a_day or float("inf")
    left: dict[str, float] = {}
    for run in runs:
        user = run.created_by
        left[user] = left.get(user, a_day - spent[user]) - run.on_queue * _samples_a_task(run)
    return left


def _people(runs: Mapping[Key, RunRecord]) -> list[_Person]:
    """Who has runs on a queue, each with the most urgent and oldest first."""
    people: dict[str, _Person] = {}
    for key, run in sorted(runs.items(), key=lambda item: (_URGENCY[item[1].priority], item[1].id)):
        person = people.setdefault(run.created_by, _Person(run.created_by, run.created_at))
        person.on_queue += run.on_queue
        rest = _Rest(key, run, {model: part.handed_out for model, part in run.progress.items()})
        if not rest.empty:
            person.rests.append(rest)
    for person in people.values():
        of_person = [run for run in runs.values() if run.created_by == person.name]
        turns = [run.dispatched_at for run in of_person if run.dispatched_at is not None]
        person.waits_since = max(turns, default=min(run.created_at for run in of_person))
    return list(people.values())


def _hand_out(people: list[_Person], places: int, left: dict[str, float], turns: Turns, now: datetime) -> None:
    """Gives the free places of one queue away, one after the other."""
    for _ in range(places):
        waiting = [person for person in people if person.rests and left[person.name] > 0]
        if not waiting:
            return
        person = min(waiting, key=lambda person: (person.on_queue, person.waits_since))
        rest = person.rests[0]
        model, shard = rest.take()
        of_run = turns.setdefault(rest.key, {})
        of_run[model] = of_run.get(model, ShardSet()).with_shard(shard)
        if rest.empty:
            person.rests.pop(0)
        person.on_queue += 1
        person.waits_since = now
        left[person.name] -= _samples_a_task(rest.run)


def _samples_a_task(run: RunRecord) -> int:
    return -(-run.samples // max(run.shards, 1))


def _pause(limits: Limits, now: datetime) -> Pause:
    return Pause(
        reason=f"The runs of one person work through at most {limits.samples_a_day:,} samples a day, which is reached.",
        advice="It goes on by itself the next day (UTC), or when an operator raises INNHUB_RUN_SAMPLES_A_DAY.",
        since=now,
        resumes_at=datetime.combine(now.date() + timedelta(days=1), time(), UTC),
    )
