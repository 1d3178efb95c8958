"""A hub of its own, for the time of a measurement."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil

from backplane.artifacts import ArtifactStore
from backplane.settings import StoreSettings
from innhub import Hub
from laptop.home import Home
from laptop.record import Record

_PORT = "18990"


@dataclass(frozen=True)
class Product:
    """The whole product, running."""

    home: Path
    url: str
    token: str

    def pid(self, program: str) -> int:
        """The process of one of its programs; 0 while it is about to be started again."""
        record = Record.read(Home(self.home).record)
        assert record is not None, "it runs"
        return record.programs[program].pid

    def restart(self, program: str) -> None:
        """Ends a program, which is then started again, and waits until all are ready."""
        old = psutil.Process(self.pid(program))
        old.terminate()
        old.wait(60)
        with httpx.Client(base_url=self.url) as http:
            while self.pid(program) in (0, old.pid) or not http.get("/readyz").is_success:
                time.sleep(0.1)

    def store(self) -> ArtifactStore:
        """Its object store, as the gateway was told of it."""
        told = psutil.Process(self.pid("gateway")).environ()
        names = ("endpoint", "access_key", "secret_key", "bucket")
        return ArtifactStore.connect(
            StoreSettings.model_validate({name: told[f"INNHUB_S3_{name.upper()}"] for name in names})
        )


@contextmanager
def running_product(home: Path | None = None, **settings: str) -> Iterator[Product]:
    """Starts the whole product, with the demo unless a setting says otherwise, and ends it.

    Args:
        home: where its data lies; by default in a temporary folder.
        settings: more variables of its environment.
    """
    with TemporaryDirectory() as temporary:
        home = home or Path(temporary)
        environment = {**os.environ, "INNHUB_HOME": str(home), "INNHUB_PORT": _PORT, **settings}
        subprocess.run([sys.executable, "-m", "laptop", "start"], env=environment, check=True)
        try:
            yield Product(home, f"http://127.0.0.1:{_PORT}", (home / "token").read_text().strip())
        finally:
            subprocess.run([sys.executable, "-m", "laptop", "stop"], env=environment, check=True)


@contextmanager
def running_hub(home: Path | None = None, **settings: str) -> Iterator[Hub]:
    """The same, as a hub."""
    with running_product(home, **settings) as product, Hub(product.url, product.token) as hub:
        yield hub
