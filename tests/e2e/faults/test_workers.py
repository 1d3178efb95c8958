"""Workers that die or are told to stop in the middle of a run."""

from functools import partial

from e2e.faults.stack import FaultStack
from e2e.faults.subject import Subject, until


def test_a_run_survives_two_deaths_of_its_worker(stack: FaultStack, subject: Subject) -> None:
    run = subject.under_way()
    for deaths in (1, 2):
        subject.working_child()
        stack.kill("inference")
        assert stack.said().count("inference was killed by signal 9") >= deaths
    subject.assert_each_sample_once(subject.ended(run))


def test_a_run_survives_two_deaths_of_the_child_that_computes(stack: FaultStack, subject: Subject) -> None:
    run = subject.under_way()
    service = stack.process("inference")
    known = deaths(stack)
    for more in (1, 2):
        subject.working_child().kill()
        until(partial(has_noticed, stack, known + more), "the service to notice")
    assert service.is_running(), "what dies in a child is no business of the service's"
    subject.assert_each_sample_once(subject.ended(run))


def test_a_worker_that_is_told_to_stop_leaves_in_order_and_the_run_goes_on(stack: FaultStack, subject: Subject) -> None:
    run = subject.under_way()
    subject.working_child()
    assert "inference ended with code 0;" in stack.terminate("inference")
    subject.assert_each_sample_once(subject.ended(run))


def deaths(stack: FaultStack) -> int:
    return stack.log("inference").count("child died")


def has_noticed(stack: FaultStack, count: int) -> bool:
    return deaths(stack) >= count
