"""A hub for the time of a measurement; with the demo, where a measurement does not say otherwise."""

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
def running_hub(home: Path | None = None, **settings: str) -> Iterator[Hub]:
    """Starts the whole product, and ends it.

    Args:
        home: where its data lies; by default in a temporary folder.
        settings: more variables of its environment.
    """
    with TemporaryDirectory() as temporary:
        home = home or Path(temporary)
        environment = {**os.environ, "INNHUB_HOME": str(home), "INNHUB_PORT": _PORT, **settings}
        subprocess.run([sys.executable, "-m", "laptop", "start"], env=environment, check=True)
        try:
            with Hub(f"http://127.0.0.1:{_PORT}", (home / "token").read_text().strip()) as hub:
                yield hub
        finally:
            subprocess.run([sys.executable, "-m", "laptop", "stop"], env=environment, check=True)
