"""Work that no process survives, or that nothing can be made of: it fails with its reason, and all else goes on."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from e2e.faults.stack import FaultStack
from e2e.faults.subject import Subject

from backplane.layout import Layout
from domain.samples import read_index
from innhub import Dataset, Hub, HubError, Model


@pytest.fixture(scope="module")
def greedy(hub: Hub, classifiers: Path) -> Model:
    """A network of which one sample fits into the memory that a child may have, and a batch does not."""
    return hub.models.add(classifiers / "greedy.keras", name="greedy", preprocessing="tf")


@pytest.fixture(scope="module")
def few(hub: Hub, pictures: Callable[[int, int], Path]) -> Dataset:
    """A data set of one shard."""
    return hub.datasets.add(pictures(32, 64), name="few")


@pytest.fixture
def poisoned(stack: FaultStack, subject: Subject) -> Iterator[int]:
    """A sample of the second shard whose bytes in the store are no picture any more."""
    shard, number = 1, 300
    paths = Layout("default").dataset(subject.dataset.id)
    whole = stack.store.get(paths.shard(shard))
    entry = next(entry for entry in read_index(stack.store.get(paths.index(shard))) if entry.number == number)
    spoilt = whole[: entry.offset] + bytes(entry.size) + whole[entry.offset + entry.size :]
    stack.store.put(paths.shard(shard), spoilt)
    yield number
    stack.store.put(paths.shard(shard), whole)


def test_a_poison_sample_fails_its_shard_with_a_reason_that_names_it(
    stack: FaultStack, hub: Hub, subject: Subject, poisoned: int
) -> None:
    service = stack.process("inference")
    run = subject.ended(hub.predict(subject.dataset, [subject.model]))
    assert run.state == "failed"
    (failure,) = run.failures
    assert failure["shard"] == 1
    assert failure["failure"]["reason"] == "IMAGE_BROKEN"
    assert f"Sample {poisoned} " in failure["failure"]["detail"]
    assert run.progress["shards_done"] == run.progress["shards_total"] - 1
    assert service.is_running()
    with pytest.raises(HubError) as caught:
        hub.predict_sample(subject.model, subject.dataset[poisoned])
    assert (caught.value.reason, caught.value.status) == ("IMAGE_BROKEN", 422)
    assert hub.predict_sample(subject.model, subject.dataset[poisoned + 1])["top"]


def test_a_model_that_runs_out_of_memory_fails_with_its_reason_and_others_go_on(
    stack: FaultStack, hub: Hub, subject: Subject, greedy: Model, few: Dataset
) -> None:
    service = stack.process("inference")
    too_large = hub.predict(few, [greedy])
    neighbour = hub.predict(subject.dataset, [subject.model])
    failed = subject.ended(too_large)
    assert failed.state == "failed"
    assert {failure["failure"]["reason"] for failure in failed.failures} == {"TOO_LARGE"}
    assert "memory" in failed.failures[0]["failure"]["detail"]
    assert hub.predict_sample(greedy, subject.dataset[0])["top"], "one sample fits"
    subject.assert_each_sample_once(subject.ended(neighbour))
    assert service.is_running()


def test_a_network_that_aborts_its_process_fails_with_its_reason_and_others_go_on(
    stack: FaultStack, hub: Hub, subject: Subject, greedy: Model
) -> None:
    service = stack.process("inference")
    doomed = subject.under_way()
    with suppress(psutil.NoSuchProcess):
        while hub.runs.get(doomed.id).state == "running":
            # What TensorFlow does where a check of its own fails.
            subject.working_child().send_signal(signal.SIGABRT)
            assert hub.predict_sample(greedy, subject.dataset[0])["top"], "who asks is not touched by what runs do"
            time.sleep(0.1)
    failed = subject.ended(doomed)
    assert failed.state == "failed"
    assert {failure["failure"]["reason"] for failure in failed.failures} == {"WORKER_CRASHED"}
    assert "died" in failed.failures[0]["failure"]["detail"]
    assert service.is_running()
    subject.forget_predictions()
    subject.assert_each_sample_once(subject.ended(hub.predict(subject.dataset, [subject.model])))
