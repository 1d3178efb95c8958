"""Every service is replaced, one replica after the other, while people work: nobody notices."""

from collections.abc import Iterator

import pytest
from e2e.rolling.cluster import TERMINATION_SECONDS, Cluster
from e2e.rolling.people import People
from e2e.rolling.work import Work

SERVICES = ("gateway", "inference", "explainer", "suggest", "ui")


@pytest.fixture(scope="module")
def begun() -> list[str]:
    return []


@pytest.fixture(scope="module")
def people(work: Work, begun: list[str]) -> Iterator[People]:
    with People(work.interactive(begun), [work.predicting(), work.explaining()]) as at_work:
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


def test_in_the_end_each_run_is_done_once(work: Work, people: People, begun: list[str]) -> None:
    people.leave()
    people.assert_nobody_was_refused()
    assert all(person.done for person in people.persons)
    work.assert_each_run_is_done_once(begun)
