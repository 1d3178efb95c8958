"""`python -m bench.quality`: the checks of an explanation against Quantus, for the same maps of the same network.

Quantus is installed in an environment of its own, for the time of the run: the product does not need it.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PACKAGES = ("quantus==0.6.0", "pydantic>=2", "numpy>=2", "scipy", "scikit-image")
_SOURCES = ("services/explainer/src", "libs/domain/src")


def main() -> int:
    command = [str(ROOT / ".tools/bin/uv"), "run", "--isolated", "--no-project", "--python", "3.11"]
    for package in _PACKAGES:
        command += ["--with", package]
    sources = os.pathsep.join(str(ROOT / source) for source in _SOURCES)
    environment = {**os.environ, "PYTHONPATH": sources, "PYTHONWARNINGS": "ignore"}
    script = str(Path(__file__).with_name("quantus_figures.py"))
    return subprocess.run([*command, "python", script], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
