"""Runs the gateway: `python -m gateway`."""

import uvicorn

from backplane.telemetry import configure_logging
from gateway.app import create_app
from gateway.settings import GatewaySettings

if __name__ == "__main__":
    settings = GatewaySettings.model_validate({})
    configure_logging("gateway", settings.log_level)
    host, _, port = settings.http_address.rpartition(":")
    uvicorn.run(
        create_app(settings),
        host=host,
        port=int(port),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=int(settings.grace_seconds),
    )
