"""Serves the pages: `python -m ui`."""

import logging
import os
from typing import cast

from a2wsgi import WSGIMiddleware

from serving import Departure, serve
from serving.departure import Application
from ui.app import create_app
from ui.settings import UiSettings

if __name__ == "__main__":
    settings = UiSettings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    pages = WSGIMiddleware(create_app(settings).server, workers=settings.ui_threads)
    code = serve(
        cast(Application, pages),
        settings.ui_address,
        Departure(),
        drain_seconds=settings.drain_seconds,
        grace_seconds=settings.grace_seconds,
    )
    # Not `sys.exit`: it would wait for threads whose answers nobody waits for any more.
    os._exit(code)
