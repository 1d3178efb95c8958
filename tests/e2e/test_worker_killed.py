"""Workers that die in the middle of a run: it completes, with every sample exactly once."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from conftest import HubStack

from innhub import Dataset, Hub, Run

SAMPLES = 1200
SHARD = 256


@pytest.fixture(scope="module")
def many(hub: Hub, pictures: Callable[[int, int], Path]) -> Iterator[Dataset]:
    dataset = hub.datasets.add(pictures(SAMPLES, 64), name="many")
    assert len(dataset) == SAMPLES
    assert dataset.summary is not None
    assert dataset.summary["shards"] == -(-SAMPLES // SHARD)
    yield dataset
    hub.datasets.remove("many")


def under_way(hub: Hub, run: Run) -> Run:
    """The run once it has samples and not yet all of them."""
    for state in hub.runs.watch(run.id):
        if state.progress["samples_done"]:
            assert state.state == "running", "it was over before anything could be killed"
            return state
    raise AssertionError("the run ended without a sample")


def working_child(service: psutil.Process) -> psutil.Process:
    """The child of a service that computes most at this moment."""
    children = [child for child in service.children() if child.memory_info().rss > 100 * 1024**2]

    def used() -> dict[int, float]:
        return {child.pid: sum(child.cpu_times()[:2]) for child in children if child.is_running()}

    before, deadline = used(), time.monotonic() + 30
    while time.monotonic() < deadline:
        after = used()
        busiest = max(children, key=lambda child: after.get(child.pid, 0) - before.get(child.pid, 0))
        if after[busiest.pid] - before[busiest.pid] > 0.05:
            return busiest
        time.sleep(0.02)
    raise AssertionError("no child works")


def assert_each_sample_once(hub: Hub) -> None:
    points = hub.suggest.agreement("many", ["squeezenet"], max_points=10_000)
    assert (points.samples, points.missing) == (SAMPLES, 0)
    assert sorted(point["sample"]["number"] for point in points.points) == list(range(SAMPLES))


def test_a_cancelled_run_ends_before_all_is_done(hub: Hub, many: Dataset) -> None:
    run = hub.predict("many", ["squeezenet"])
    under_way(hub, run)
    cancelled = hub.runs.cancel(run.id)
    assert cancelled.state == "cancelled"
    assert cancelled.ended_at is not None
    assert hub.runs.cancel(run.id).state == "cancelled"
    assert [state.state for state in hub.runs.watch(run.id)] == ["cancelled"]
    assert hub.runs.get(run.id).progress["samples_done"] < SAMPLES


def test_a_run_survives_the_death_of_its_child_and_then_of_the_whole_service(
    hub_stack: HubStack, hub: Hub, many: Dataset, eventually: Callable[..., None]
) -> None:
    run = hub.predict("many", ["squeezenet"])
    under_way(hub, run)
    service = psutil.Process(hub_stack.pid("inference"))
    child = working_child(service)
    child.kill()
    eventually(lambda: "child died" in hub_stack.log("inference"))
    assert service.is_running()
    done = hub.runs.get(run.id).progress["samples_done"]
    service.kill()
    eventually(lambda: hub_stack.pid("inference") not in {0, service.pid})
    assert done < SAMPLES, "nothing was left to do when the service died"
    ended = hub.runs.wait(run.id)
    assert ended.state == "done"
    assert ended.progress["samples_done"] == SAMPLES
    assert ended.progress["shards_done"] == ended.progress["shards_total"]
    assert_each_sample_once(hub)
