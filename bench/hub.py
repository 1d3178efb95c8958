"""A hub with the demo, for the time of a measurement."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from innhub import Hub

_PORT = "18990"


@contextmanager
def running_hub() -> Iterator[Hub]:
    """Starts the whole product in a temporary folder, and ends it."""
    with TemporaryDirectory() as home:
        environment = {**os.environ, "INNHUB_HOME": home, "INNHUB_PORT": _PORT}
        subprocess.run([sys.executable, "-m", "laptop", "start"], env=environment, check=True)
        try:
            with Hub(f"http://127.0.0.1:{_PORT}", (Path(home) / "token").read_text().strip()) as hub:
                yield hub
        finally:
            subprocess.run([sys.executable, "-m", "laptop", "stop"], env=environment, check=True)
