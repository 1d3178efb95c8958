"""The program `innhub`, as a script uses it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Ended = subprocess.CompletedProcess[str]
Innhub = Callable[..., Ended]


def program(environment: dict[str, str]) -> Innhub:
    """Calls `innhub` with words, and with more variables of the environment."""
    path = Path(sys.executable).with_name("innhub")

    def call(*arguments: object, **more: str) -> Ended:
        return subprocess.run(
            [str(path), *map(str, arguments)],
            env={**environment, **more},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    return call


def document(ended: Ended) -> Any:
    """What the program has printed as JSON."""
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)
