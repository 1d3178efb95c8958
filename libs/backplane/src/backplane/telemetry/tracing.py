"""Traces, by OpenTelemetry: one way to trace a piece of work, which does nothing where no collector is named.

`OTEL_EXPORTER_OTLP_ENDPOINT` names one. The other variables of OpenTelemetry (`OTEL_TRACES_SAMPLER`,
`OTEL_RESOURCE_ATTRIBUTES`, `OTEL_EXPORTER_OTLP_HEADERS`, ...) mean what they mean everywhere.
"""

import atexit
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from threading import Thread

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from domain.errors import Category, HubError

__all__ = [
    "Attribute",
    "Carrier",
    "Span",
    "SpanKind",
    "StatusCode",
    "carried",
    "configure_tracing",
    "current_span",
    "span",
    "trace_id",
    "traced_service",
]

Carrier = Mapping[str, str]
"""What brings a trace from one process to another: the headers of W3C Trace Context, among others."""
Attribute = str | int | float | bool
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_FAULTS = {Category.UNAVAILABLE, Category.INTERNAL}
"""What else is refused has its reason with whoever asked."""
_LAST_SECONDS = 2.0
_W3C = TraceContextTextMapPropagator()
_service = ""
_tracer: Tracer | None = None


def configure_tracing(service: str) -> None:
    """Sends the traces of this process to the collector that the environment names, if it names one."""
    global _service, _tracer
    _service = service
    if not any(os.environ.get(name) for name in _ENDPOINTS):
        return
    # Not at the top: who does not trace need not load it.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create(
        {
            "service.name": f"innhub-{service}",
            "service.namespace": "innhub",
            "service.version": version("innhub-backplane"),
            "service.instance.id": f"{socket.gethostname()}-{os.getpid()}",
        }
    )
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    atexit.register(_send_rest, provider.shutdown)
    _tracer = provider.get_tracer("innhub")


def _send_rest(shut_down: Callable[[], None]) -> None:
    """Sends what is left. A collector that is away must not keep a process from ending, which tries for long."""
    sending = Thread(target=shut_down, name="last spans", daemon=True)
    sending.start()
    sending.join(_LAST_SECONDS)


def traced_service() -> str:
    """The service whose traces this process sends."""
    return _service


@contextmanager
def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, Attribute] | None = None,
    carrier: Carrier | None = None,
) -> Iterator[Span]:
    """Traces what is done in this context.

    Args:
        name: of few different values, such as the template of a route.
        kind: at which side of a call we are.
        attributes: what else to say.
        carrier: what the call came with, and with it the span that caused it; None for the one we are in.
    """
    if _tracer is None:
        yield INVALID_SPAN
        return
    parent = None if carrier is None else _W3C.extract(carrier, Context())
    with _tracer.start_as_current_span(
        name, parent, kind, attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except HubError as error:
            current.set_attribute("error.type", error.reason.value)
            if error.reason.category in _FAULTS:
                current.set_status(Status(StatusCode.ERROR, str(error)))
            raise
        except Exception as error:
            current.set_attribute("error.type", type(error).__name__)
            current.record_exception(error)
            current.set_status(Status(StatusCode.ERROR, str(error)))
            raise


def carried() -> dict[str, str]:
    """The headers that bring the present trace along; none outside of one."""
    headers: dict[str, str] = {}
    if _tracer is not None:
        _W3C.inject(headers)
    return headers


def current_span() -> Span:
    """The span that we are in; one that takes no notice where there is none."""
    return INVALID_SPAN if _tracer is None else trace.get_current_span()


def trace_id() -> str:
    """The id of the trace that we are in; empty outside of one."""
    context = current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else ""
