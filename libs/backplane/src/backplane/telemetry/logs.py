"""Logs as JSON lines that carry the id of the request, and of the trace where there is one, through every hop."""

import logging
import sys

import structlog

from backplane.telemetry import tracing
from backplane.telemetry.requests import request_id


def configure_logging(service: str, level: str) -> None:
    """JSON lines on standard error, for our own loggers and those of libraries."""

    def add_context(_: object, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
        event["service"] = service
        for name, value in (("request_id", request_id()), ("trace_id", tracing.trace_id())):
            if value:
                event[name] = value
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
