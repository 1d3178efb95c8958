"""The rule by which replicas are added and removed, held against queues of many kinds."""

from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.scaling.autoscaler import Autoscaler, Policy
from unit.scaling.queue import Moment, Queue

WITHIN = 0.9
"""The autoscaler leaves things as they are where they differ by a tenth."""

policies = st.builds(
    Policy,
    tasks_per_replica=st.integers(1, 4),
    max_replicas=st.integers(2, 16),
    min_replicas=st.integers(1, 2),
    polling_seconds=st.sampled_from([5, 15, 30]),
    scale_down_stabilization_seconds=st.sampled_from([60, 120, 300]),
)
task_seconds = st.integers(1, 100)


def window(policy: Policy) -> int:
    """Tasks on the queue, as the chart sets `INNHUB_TASKS_ON_QUEUE`."""
    return max(4, policy.max_replicas * max(2, policy.tasks_per_replica))


def watched(policy: Policy, begun: Mapping[int, int], seconds: int, tasks_on_queue: int = 0) -> list[Moment]:
    queue = Queue(policy, tasks_on_queue or window(policy), begun, seconds)
    moments = list(queue.moments(500_000))
    assert sorted(queue.finished) == list(range(sum(begun.values()))), "each task is done once"
    assert len(queue.finished) == len(set(queue.finished))
    return moments


def turns(moments: list[Moment]) -> str:
    """Ups and downs of the replicas in their order, each once: `+-` for a hill."""
    steps = [after.replicas - before.replicas for before, after in pairwise(moments)]
    signs = ["+" if step > 0 else "-" for step in steps if step]
    return "".join(sign for place, sign in enumerate(signs) if place == 0 or sign != signs[place - 1])


@settings(max_examples=25)
@given(policies, task_seconds)
def test_a_long_run_brings_the_most_replicas_and_its_end_the_fewest(policy: Policy, seconds: int) -> None:
    # So much that it lasts for a quarter of an hour when all are there.
    tasks = policy.max_replicas * (900 // seconds + 2)
    moments = watched(policy, {1: tasks}, seconds)
    assert all(policy.min_replicas <= moment.replicas <= policy.max_replicas for moment in moments)
    assert max(moment.replicas for moment in moments) >= WITHIN * policy.max_replicas
    assert moments[-1].replicas == policy.min_replicas
    assert turns(moments) == ("+-" if policy.max_replicas > policy.min_replicas else ""), "up once, down once"


@settings(max_examples=25)
@given(policies, task_seconds, st.lists(st.tuples(st.integers(1, 3600), st.integers(1, 100)), min_size=1, max_size=5))
def test_replicas_follow_the_work_and_never_flap(policy: Policy, seconds: int, begun: list[tuple[int, int]]) -> None:
    moments = watched(policy, dict(begun), seconds)
    assert all(policy.min_replicas <= moment.replicas <= policy.max_replicas for moment in moments)
    assert moments[-1].replicas == policy.min_replicas
    assert turns(moments).count("+") <= len(dict(begun)), "only new work adds replicas"
    added = [now.second for before, now in pairwise(moments) if now.replicas > before.replicas]
    removed = [now.second for before, now in pairwise(moments) if now.replicas < before.replicas]
    for second in removed:
        latest = max((other for other in added if other < second), default=float("-inf"))
        assert second - latest >= policy.scale_down_stabilization_seconds, "whoever was added stays for a while"


def test_a_pause_between_runs_that_is_shorter_than_the_window_costs_no_replica() -> None:
    policy = Policy(tasks_per_replica=2, max_replicas=4, scale_down_stabilization_seconds=300)
    moments = watched(policy, {1: 40, 400: 40}, 20)
    assert [moment.waiting for moment in moments if 350 <= moment.second < 400] == [0] * 50, "all had been done"
    assert turns(moments) == "+-"


@pytest.mark.parametrize(("tasks_per_replica", "reached"), [(1, 8), (2, 8), (3, 5), (4, 4)])
def test_more_tasks_a_replica_than_the_window_holds_for_each_never_bring_the_most(
    tasks_per_replica: int, reached: int
) -> None:
    policy = Policy(tasks_per_replica=tasks_per_replica, max_replicas=8)
    twice = watched(policy, {1: 200}, 20, tasks_on_queue=2 * policy.max_replicas)
    assert max(moment.replicas for moment in twice) == reached
    assert max(moment.replicas for moment in watched(policy, {1: 200}, 20)) == policy.max_replicas


def test_a_window_that_is_smaller_than_the_most_replicas_never_brings_them() -> None:
    policy = Policy(tasks_per_replica=1, max_replicas=8)
    assert max(moment.replicas for moment in watched(policy, {1: 200}, 20, tasks_on_queue=4)) == 4


def test_one_task_keeps_one_replica_and_no_work_the_fewest() -> None:
    scaler = Autoscaler(Policy(tasks_per_replica=2, max_replicas=4, scale_down_stabilization_seconds=0))
    assert [scaler.replicas(second, waiting, 4) for second, waiting in enumerate((8, 5, 3, 1, 0))] == [4, 3, 2, 1, 1]
