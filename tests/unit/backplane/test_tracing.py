"""Traces: taken by a real collector where one is named, and nothing at all where none is."""

import io
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from subprocess import DEVNULL, PIPE
from typing import Any

import pytest
from collector import Collector, collecting

from backplane.telemetry import begin_request, configure_logging, get_logger, tracing
from domain.errors import HubError, Reason

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
CARRIER = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
_UNTRACED = """
import sys
from backplane.telemetry import tracing
tracing.configure_tracing("test")
with tracing.span("work", carrier={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}) as span:
    print(span.is_recording(), tracing.carried(), repr(tracing.trace_id()))
print([name for name in ("opentelemetry.sdk", "opentelemetry.exporter", "requests") if name in sys.modules])
"""
_TRACED = """
from backplane.telemetry import tracing
tracing.configure_tracing("test")
with tracing.span("work", carrier={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}):
    print("done", flush=True)
"""


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with collecting() as running:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", running.endpoint)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
        monkeypatch.setattr(tracing, "_tracer", None)
        tracing.configure_tracing("test")
        yield running
        exporting: Any = tracing._tracer
        exporting.span_processor.shutdown()


def test_without_a_collector_nothing_is_loaded_and_nothing_done() -> None:
    said = subprocess.run([sys.executable, "-c", _UNTRACED], capture_output=True, text=True, timeout=60, check=True)
    assert said.stdout.splitlines() == ["False {} ''", "[]"]


@pytest.mark.parametrize("away", [False, True])
def test_a_process_sends_its_last_spans_and_does_not_wait_for_a_collector_that_is_away(*, away: bool) -> None:
    with collecting() as running:
        endpoint = "http://127.0.0.1:9" if away else running.endpoint
        environment = {**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_BSP_SCHEDULE_DELAY": "60000"}
        ended = subprocess.Popen(
            [sys.executable, "-c", _TRACED], env=environment, stdout=PIPE, stderr=DEVNULL, text=True
        )
        assert ended.stdout is not None
        assert ended.stdout.readline() == "done\n"
        begun = time.monotonic()
        assert ended.wait(60) == 0
        # By itself the exporter tries again for ten seconds.
        assert time.monotonic() - begun < 8
        assert [span.name for span in running.trace(TRACE)] == ([] if away else ["work"])


def test_a_span_is_part_of_the_trace_that_its_carrier_brings(
    collector: Collector, eventually: Callable[..., None]
) -> None:
    with tracing.span("outer", tracing.SpanKind.SERVER, carrier=CARRIER), tracing.span("inner", attributes={"n": 3}):
        onward = tracing.carried()
    eventually(lambda: len(collector.trace(TRACE)) == 2)
    outer, inner = collector.trace(TRACE)
    assert (outer.service, outer.kind, outer.parent) == ("innhub-test", "server", CALLER)
    assert (inner.name, inner.parent, inner.attributes) == ("inner", outer.id, {"n": 3})
    assert onward["traceparent"] == f"00-{TRACE}-{inner.id}-01"


def test_a_span_with_an_empty_carrier_begins_a_trace(collector: Collector) -> None:
    with tracing.span("outer", carrier=CARRIER):
        with tracing.span("inner"):
            assert tracing.trace_id() == TRACE
        with tracing.span("another", carrier={}):
            assert tracing.trace_id() not in {"", TRACE}
        with tracing.span("nonsense", carrier={"traceparent": "nonsense"}):
            assert tracing.trace_id() not in {"", TRACE}


@pytest.mark.parametrize(
    ("error", "kind", "failed"),
    [
        (HubError(Reason.MODEL_NOT_FOUND, "There is no model."), "MODEL_NOT_FOUND", False),
        (HubError(Reason.BUS_UNAVAILABLE, "NATS is away."), "BUS_UNAVAILABLE", True),
        (ValueError("a fault"), "ValueError", True),
    ],
)
def test_only_our_own_faults_fail_a_span(
    collector: Collector, eventually: Callable[..., None], error: Exception, kind: str, *, failed: bool
) -> None:
    with pytest.raises(type(error)), tracing.span("work", carrier=CARRIER):
        raise error
    eventually(lambda: collector.trace(TRACE))
    (span,) = collector.trace(TRACE)
    assert (span.failed, span.attributes["error.type"]) == (failed, kind)


def test_a_line_of_the_log_carries_request_and_trace(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    monkeypatch.setattr(logging.root, "handlers", [])
    configure_logging("test", "INFO")
    begin_request("a-request")
    with tracing.span("work", carrier=CARRIER):
        get_logger(__name__).info("inside")
    get_logger(__name__).info("outside")
    inside, outside = (json.loads(line) for line in said.getvalue().splitlines())
    assert (inside["trace_id"], inside["request_id"], inside["service"]) == (TRACE, "a-request", "test")
    assert "trace_id" not in outside
