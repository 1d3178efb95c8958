"""The gateway killed in the middle of a run: the run goes on, and whoever waits for it is told of its end."""

from concurrent.futures import ThreadPoolExecutor

from e2e.faults.stack import FaultStack
from e2e.faults.subject import Subject


def test_a_run_goes_on_while_the_gateway_is_started_again(stack: FaultStack, subject: Subject) -> None:
    run = subject.under_way()
    stack.kill("gateway")
    subject.assert_each_sample_once(subject.ended(run))


def test_a_client_that_waits_is_told_of_the_end(stack: FaultStack, subject: Subject) -> None:
    run = subject.under_way()
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(run.wait, bar=False)
        stack.kill("gateway")
        subject.assert_each_sample_once(waiting.result(150))


def test_a_progress_stream_outlives_nats(stack: FaultStack, subject: Subject) -> None:
    run = subject.under_way()
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(run.wait, bar=False)
        stack.stop("nats")
        stack.start("nats")
        subject.assert_each_sample_once(waiting.result(150))
