"""NATS and S3 away in the middle of a run: nothing lost, nothing doubled, and all recover by themselves."""

import time

import httpx
import pytest
from e2e.faults.conftest import OUTAGE_SECONDS
from e2e.faults.stack import FaultStack
from e2e.faults.subject import Subject, until

from innhub import Hub, HubError

SERVICES = ("gateway", "inference", "explainer-1", "suggest")
STORES = [("nats", "bus", "BUS_UNAVAILABLE"), ("s3", "store", "STORE_UNAVAILABLE")]


def readiness(stack: FaultStack) -> dict[str, str]:
    answer = httpx.get(f"{stack.url}/readyz", timeout=30)
    parts: dict[str, str] = answer.json()
    assert (answer.status_code == 200) == (set(parts.values()) == {"ok"})
    return parts


@pytest.mark.parametrize(("program", "part", "reason"), STORES, ids=[name for name, _, _ in STORES])
def test_a_store_stops_in_the_middle_of_a_run(
    stack: FaultStack, hub: Hub, subject: Subject, program: str, part: str, reason: str
) -> None:
    run = subject.under_way()
    stack.stop(program)
    begun = time.monotonic()
    until(lambda: readiness(stack)[part] != "ok", f"readyz to tell of {program}")
    until(lambda: not any(map(stack.is_ready, SERVICES)), "the health of every service to tell")
    asked = time.monotonic()
    with pytest.raises(HubError) as caught:
        hub.predict_sample(subject.model, subject.dataset[1])
    assert (caught.value.status, caught.value.reason) == (503, reason)
    assert caught.value.advice
    assert time.monotonic() - asked < 30, "whoever asks is not kept waiting"
    assert httpx.get(f"{stack.url}/healthz", timeout=5).status_code == 200
    time.sleep(max(0.0, OUTAGE_SECONDS - (time.monotonic() - begun)))
    stack.start(program)
    until(lambda: all(map(stack.is_ready, SERVICES)), "every service to say that all is well")
    assert set(readiness(stack).values()) == {"ok"}
    until(lambda: answered(hub, subject), "the hub to answer again")
    subject.assert_each_sample_once(subject.ended(run))


def answered(hub: Hub, subject: Subject) -> bool:
    """Whether a prediction is answered; a store that has just been started may refuse to read for a moment."""
    try:
        return bool(hub.predict_sample(subject.model, subject.dataset[1])["top"])
    except HubError as error:
        if error.status != 503:
            raise
        return False
