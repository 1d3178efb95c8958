"""Turning on what a service tells of itself."""

from backplane.settings import ServiceSettings
from backplane.telemetry.logs import configure_logging
from backplane.telemetry.metrics import serve_metrics
from backplane.telemetry.tracing import configure_tracing


def start_telemetry(service: str, settings: ServiceSettings) -> None:
    """Logs go to standard error, metrics to a port of their own, traces to a collector if there is one."""
    configure_logging(service, settings.log_level)
    serve_metrics(settings.metrics_host, settings.metrics_port)
    configure_tracing(service)
