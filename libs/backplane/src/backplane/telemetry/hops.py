"""The spans of what leaves a process and of what enters one: a call, and a message."""

from collections.abc import Iterable
from contextlib import AbstractContextManager

from backplane.telemetry.requests import request_id
from backplane.telemetry.tracing import Attribute, Carrier, Span, SpanKind, span


def calling(service: str, method: str, address: str) -> AbstractContextManager[Span]:
    """A call, where it is made."""
    host, _, port = address.rpartition(":")
    attributes = {**_call(service, method), "server.address": host, "server.port": int(port)}
    return span(f"{service}/{method}", SpanKind.CLIENT, attributes)


def answering(service: str, method: str, metadata: Iterable[tuple[str, str | bytes]]) -> AbstractContextManager[Span]:
    """A call, where it is answered."""
    carrier = {name: value for name, value in metadata if isinstance(value, str)}
    attributes = {**_call(service, method), "innhub.request_id": request_id()}
    return span(f"{service.rpartition('.')[2]}/{method}", SpanKind.SERVER, attributes, carrier)


def sending(subject: str, message_id: str, carrier: Carrier | None) -> AbstractContextManager[Span]:
    """A message, where it is published."""
    attributes = {**_message(subject, "send"), "messaging.message.id": message_id}
    # Without what tells one run from another: `tasks.shards` of `tasks.shards.<run>`.
    kind = ".".join(subject.split(".")[:2])
    return span(f"send {kind}", SpanKind.PRODUCER, attributes, carrier)


def processing(queue: str, subject: str, delivery: int, carrier: Carrier) -> AbstractContextManager[Span]:
    """A message, where its work is done."""
    attributes: dict[str, Attribute] = {
        **_message(subject, "process"),
        "messaging.consumer.group.name": queue,
        "innhub.delivery": delivery,
        "innhub.request_id": request_id(),
    }
    return span(f"process {queue}", SpanKind.CONSUMER, attributes, carrier)


def _call(service: str, method: str) -> dict[str, Attribute]:
    return {"rpc.system": "grpc", "rpc.service": service, "rpc.method": method}


def _message(subject: str, operation: str) -> dict[str, Attribute]:
    return {
        "messaging.system": "nats",
        "messaging.operation.type": operation,
        "messaging.destination.name": subject,
    }
