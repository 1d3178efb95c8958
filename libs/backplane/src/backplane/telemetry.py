"""Logs as JSON lines that carry a request id through every hop, and metrics for Prometheus."""

import logging
import sys
from contextvars import ContextVar

import structlog
from prometheus_client import Counter, Histogram, start_http_server

from domain.identifiers import new_id

REQUEST_ID_HEADER = "x-request-id"
_request_id: ContextVar[str] = ContextVar("request_id", default="")

CALLS = Histogram("innhub_call_seconds", "Time of answered calls.", ["service", "method", "outcome"])
TASKS = Counter("innhub_tasks_total", "Tasks taken from the queue, by what became of them.", ["kind", "outcome"])


def request_id() -> str:
    """The id of the request in whose course we run; empty outside of one."""
    return _request_id.get()


def begin_request(received: str | None) -> str:
    """Takes up the caller's request id, or begins a new one, for everything that follows here."""
    identifier = received or new_id()
    _request_id.set(identifier)
    return identifier


def configure_logging(service: str, level: str) -> None:
    """JSON lines on standard error, for our own loggers and those of libraries."""

    def add_context(_: object, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
        event["service"] = service
        if request_id():
            event["request_id"] = request_id()
        return event

    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_context,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; its keyword arguments become fields of the line."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger


def serve_metrics(host: str, port: int) -> None:
    """Answers Prometheus on a port of its own; 0 for nowhere."""
    if port:
        start_http_server(port, host)
