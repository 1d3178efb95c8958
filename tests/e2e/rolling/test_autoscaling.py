"""Explainers come and go by the work that waits, while runs go on and people wait for single explanations."""

import time
from collections.abc import Callable

from e2e.rolling.cluster import TERMINATION_SECONDS, Cluster
from e2e.rolling.people import People
from e2e.rolling.replica import Departure
from e2e.rolling.waiting import waiting
from e2e.rolling.work import Work
from unit.scaling.autoscaler import Autoscaler, Policy

MOST = 4
RUNS = 3
"""At the same time: together they always have more tasks than the window of the queue takes."""
POLICY = Policy(tasks_per_replica=2, max_replicas=MOST, polling_seconds=1.5, scale_down_stabilization_seconds=3)
_LONGEST_SECONDS = 200.0


def test_explainers_go_from_one_to_four_and_back_and_nobody_notices(cluster: Cluster, work: Work) -> None:
    autoscaler, seen = Autoscaler(POLICY), [cluster.replicas("explainer")]
    departures: list[Departure] = []
    begun: list[str] = []

    def scaled_until(reached: Callable[[], bool]) -> None:
        """Does what the autoscaler decides until something is reached."""
        deadline = time.monotonic() + _LONGEST_SECONDS
        while not reached():
            assert time.monotonic() < deadline, f"waited for the replicas, which went {seen}"
            people.assert_nobody_was_refused()
            time.sleep(POLICY.polling_seconds)
            tasks = waiting(cluster.home, "explained-shards")
            wanted = autoscaler.replicas(time.monotonic(), tasks, cluster.replicas("explainer"))
            departures.extend(cluster.scale("explainer", wanted))
            if wanted != seen[-1]:
                seen.append(wanted)

    runs = [work.explaining(seed=1000 * number) for number in range(1, RUNS + 1)]
    assert seen == [1]
    with People(work.interactive(begun), runs) as people:
        scaled_until(lambda: cluster.replicas("explainer") == MOST)
        people.assert_all_are_served()
        people.let_patient_leave()
        scaled_until(lambda: cluster.replicas("explainer") == 1)
        people.assert_all_are_served()
    people.assert_nobody_was_refused()
    assert all(person.done for person in runs)
    work.assert_each_run_is_done_once(begun)
    assert seen == sorted(seen[: seen.index(MOST) + 1]) + sorted(seen[seen.index(MOST) + 1 :], reverse=True)
    assert len(departures) == MOST - 1
    assert all(departure.code == 0 and departure.seconds < TERMINATION_SECONDS for departure in departures), departures
