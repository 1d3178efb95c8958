"""Runs the gateway: `python -m gateway`."""

import sys

from backplane.telemetry import start_telemetry
from gateway.app import create_app
from gateway.settings import GatewaySettings
from serving import Departure, serve

if __name__ == "__main__":
    settings = GatewaySettings.model_validate({})
    start_telemetry("gateway", settings)
    departure = Departure()
    sys.exit(
        serve(
            create_app(settings, departure),
            settings.http_address,
            departure,
            drain_seconds=settings.drain_seconds,
            grace_seconds=settings.grace_seconds,
        )
    )
