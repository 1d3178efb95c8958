"""Runs the suggest service: `python -m suggest`."""

import asyncio
import sys

from backplane.lifecycle import run_service
from suggest.bootstrap import compose
from suggest.settings import SuggestSettings

if __name__ == "__main__":
    settings = SuggestSettings()
    sys.exit(asyncio.run(run_service("suggest", settings, lambda stack: compose(settings, stack))))
