"""What a service tells of itself: logs, metrics and traces, each request known by one id in all of them."""

from backplane.telemetry.logs import configure_logging, get_logger
from backplane.telemetry.requests import REQUEST_ID_HEADER, begin_request, request_id
from backplane.telemetry.service import start_telemetry

__all__ = [
    "REQUEST_ID_HEADER",
    "begin_request",
    "configure_logging",
    "get_logger",
    "request_id",
    "start_telemetry",
]
