"""The cost of a method in forward passes, on a machine whose clock the tests turn."""

from collections.abc import Callable

import pytest

from bench.methods.measuring import BATCH, Effort, Figures, measured

_EFFORT = Effort(rounds=8, seconds=1e9, steps=16, masks=16, patch=32, limit_seconds=60.0)


class Machine:
    """A forward pass of one picture takes a second, times how slow the machine is just then."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slowness = 1.0
        self.slower_each_call = 1.0
        self.explained = 0

    def forward(self, pictures: int) -> None:
        self._work(pictures)

    def method(self, passes: float, evaluations: int) -> Callable[[], Callable[[], int]]:
        def explain() -> int:
            self._work(passes * evaluations)
            self.explained += 1
            return evaluations

        return lambda: explain

    def _work(self, seconds: float) -> None:
        self.now += seconds * self.slowness
        self.slowness *= self.slower_each_call


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    found = Machine()
    monkeypatch.setattr("bench.methods.measuring.time.perf_counter", lambda: found.now)
    return found


def test_a_method_that_asks_once_is_told_in_passes_of_one_picture(machine: Machine) -> None:
    figures = measured(machine.forward, machine.method(2.5, 1), _EFFORT)
    assert figures.passes == pytest.approx(2.5)
    assert figures.forward_milliseconds == pytest.approx(1000.0)
    assert figures.images_per_second == pytest.approx(1 / 2.5)
    assert not figures.per_evaluation


def test_a_method_that_asks_many_times_is_told_per_evaluation(machine: Machine) -> None:
    figures = measured(machine.forward, machine.method(1.25, 4 * BATCH), _EFFORT)
    assert figures.passes == pytest.approx(1.25)
    assert figures.evaluations == 4 * BATCH
    assert figures.per_evaluation
    assert figures.images_per_second == pytest.approx(1 / (1.25 * 4 * BATCH))


def test_a_method_that_asks_a_few_times_is_told_as_a_whole(machine: Machine) -> None:
    assert measured(machine.forward, machine.method(1.5, 2), _EFFORT).passes == pytest.approx(3.0)


def test_a_machine_that_becomes_slower_meanwhile_does_not_matter(machine: Machine) -> None:
    machine.slower_each_call = 1.02
    assert measured(machine.forward, machine.method(2.0, 1), _EFFORT).passes == pytest.approx(2.0, rel=0.01)


def test_the_first_call_is_told_apart_from_the_later_ones(machine: Machine) -> None:
    method = machine.method(2.0, 1)

    def build() -> Callable[[], int]:
        machine.forward(5)
        return method()

    figures = measured(machine.forward, build, _EFFORT)
    assert figures.first_call_seconds == pytest.approx(7.0)
    assert figures.passes == pytest.approx(2.0)


def test_when_the_time_is_over_no_further_round_begins_but_two_there_are(machine: Machine) -> None:
    short = Effort(rounds=8, seconds=1.0, steps=16, masks=16, patch=32, limit_seconds=60.0)
    figures = measured(machine.forward, machine.method(100.0, 1), short)
    assert figures.rounds == 2
    assert machine.explained == 3, "once at first, and no warming of what takes long"


def test_memory_is_what_a_method_added() -> None:
    held: list[bytearray] = []

    def build() -> Callable[[], int]:
        held.append(bytearray(b"x" * 200_000_000))
        return lambda: 1

    figures: Figures = measured(lambda _: sum(range(10_000)), build, _EFFORT)
    # The text and the array made of it are there together for a moment. What other tests have left in this process may
    # go meanwhile, which is little beside it.
    assert 340 < figures.peak_megabytes < 460
