"""Runs the inference service: `python -m inference`."""

import asyncio
import sys

from backplane.lifecycle import run_service
from inference.bootstrap import compose
from inference.settings import InferenceSettings

if __name__ == "__main__":
    settings = InferenceSettings()
    sys.exit(asyncio.run(run_service("inference", settings, lambda stack: compose(settings, stack))))
