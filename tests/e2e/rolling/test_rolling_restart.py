"""Every service is replaced, one replica after the other, while people work: nobody notices."""

from collections.abc import Iterator

import pytest
from e2e.rolling.cluster import TERMINATION_SECONDS, Cluster
from e2e.rolling.people import People
from e2e.rolling.work import Work

SERVICES = ("gateway", "inference", "explainer", "suggest", "ui")


@pytest.fixture(scope="module")
def people(work: Work) -> Iterator[People]:
    runs = [work.predicting(), work.explaining()]
    with People(work.interactive(), runs) as at_work:
        at_work.assert_all_are_served()
        yield at_work


@pytest.mark.parametrize("service", SERVICES)
def test_a_rolling_restart_fails_no_request_and_loses_no_task(cluster: Cluster, people: People, service: str) -> None:
    departures = cluster.restart(service)
    people.assert_all_are_served()
    assert len(departures) == cluster.replicas(service)
    for departure in departures:
        assert departure.code == 0, departure
        assert departure.seconds < TERMINATION_SECONDS


def test_no_run_was_begun_twice_and_none_is_lost(work: Work, people: People) -> None:
    people.leave()
    people.assert_nobody_was_refused()
    assert all(person.done for person in people.persons)
    (beginner,) = (person for person in people.persons if person.name == "small runs")
    work.assert_each_small_run_is_there_once(beginner.done)
