"""Serves the pages: `python -m ui`."""

import logging

import waitress

from ui.app import create_app
from ui.settings import UiSettings

if __name__ == "__main__":
    settings = UiSettings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    waitress.serve(
        create_app(settings).server, listen=settings.ui_address, threads=settings.ui_threads, ident="innhub-ui"
    )
