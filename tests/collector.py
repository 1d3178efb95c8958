"""A collector of traces: what a real one is to the product, a socket that takes OTLP over HTTP."""

import gzip
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass(frozen=True)
class Received:
    """A span as it was exported."""

    service: str
    instance: str
    name: str
    kind: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, Any]
    links: tuple[str, ...]
    failed: bool
    begun: int
    ended: int


@dataclass(frozen=True)
class Click:
    """Somebody who does something, and whose program says in which trace."""

    trace: str = field(default_factory=lambda: secrets.token_hex(16))
    span: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def traceparent(self) -> str:
        """As programs say it."""
        return f"00-{self.trace}-{self.span}-01"

    @property
    def headers(self) -> dict[str, str]:
        """What a request carries."""
        return {"traceparent": self.traceparent, "x-request-id": f"click-{self.span}"}


@dataclass(frozen=True)
class Trace:
    """What the collector has of a trace."""

    spans: list[Received]

    def one(self, name: str, kind: str = "internal") -> Received:
        """The only span of that name and kind."""
        (found,) = [span for span in self.spans if (span.name, span.kind) == (name, kind)]
        return found

    def way(self, span: Received) -> list[tuple[str, str, str]]:
        """Service, kind and name of all spans from the first one down to a span."""
        by_id = {one.id: one for one in self.spans}
        steps = [span]
        while steps[0].parent in by_id:
            steps.insert(0, by_id[steps[0].parent])
        return [(step.service, step.kind, step.name) for step in steps]


class Collector:
    """What was exported so far."""

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"
        self._spans: list[Received] = []
        self._lock = Lock()

    def take(self, request: ExportTraceServiceRequest) -> None:
        """Takes what an exporter sent."""
        with self._lock:
            for of_process in request.resource_spans:
                resource = {entry.key: _value(entry.value) for entry in of_process.resource.attributes}
                for scope in of_process.scope_spans:
                    self._spans += [_received(span, resource) for span in scope.spans]

    def trace(self, identifier: str) -> list[Received]:
        """The spans of a trace, in the order in which they began."""
        with self._lock:
            return sorted((span for span in self._spans if span.trace == identifier), key=lambda span: span.begun)


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            known = self.path == "/v1/traces" and self.headers["Content-Type"] == "application/x-protobuf"
            if known:
                collector.take(ExportTraceServiceRequest.FromString(body))
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200 if known else 415)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    collector = Collector(server.server_address[1])
    thread = Thread(target=server.serve_forever, name="collector", daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _received(span: Span, resource: dict[str, Any]) -> Received:
    return Received(
        service=resource["service.name"],
        instance=resource["service.instance.id"],
        name=span.name,
        kind=Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        attributes={entry.key: _value(entry.value) for entry in span.attributes},
        links=tuple(link.span_id.hex() for link in span.links),
        failed=span.status.code == span.status.STATUS_CODE_ERROR,
        begun=span.start_time_unix_nano,
        ended=span.end_time_unix_nano,
    )


def _value(value: AnyValue) -> Any:
    return getattr(value, value.WhichOneof("value") or "string_value")
