"""Runs the explainer: `python -m explainer`."""

import asyncio
import sys

from backplane.lifecycle import run_service
from explainer.bootstrap import compose
from explainer.settings import ExplainerSettings

if __name__ == "__main__":
    settings = ExplainerSettings()
    sys.exit(asyncio.run(run_service("explainer", settings, lambda stack: compose(settings, stack))))
