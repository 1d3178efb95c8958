"""Environments of the other libraries, made when they are first needed; none of them is in the product's lock.

`requirements/NAME.in` says what is wanted and why, `requirements/NAME.txt` what it came to: in that folder,
`uv pip compile --no-config --python-version 3.11 --override overrides.txt --no-annotate NAME.in -o NAME.txt`.
"""

import subprocess
import sys
from pathlib import Path

from bench.methods.asking import ROOT

_REQUIREMENTS = Path(__file__).parent / "requirements"
_UV = ROOT / ".tools" / "bin" / "uv"
_FOLDER = ROOT / ".tools" / "bench"


def python_with(library: str) -> Path:
    """The Python of a library's environment, which is made here if it is missing or its requirements have changed."""
    folder, requirements = _FOLDER / library, _REQUIREMENTS / f"{library}.txt"
    installed = folder / "installed.txt"
    if not installed.exists() or installed.read_text() != requirements.read_text():
        print(f"installing {library} into {folder.relative_to(ROOT)}", flush=True)
        _uv("venv", "--clear", "--python", sys.executable, str(folder))
        _uv("pip", "sync", "--python", str(folder), str(requirements))
        installed.write_text(requirements.read_text())
    return folder / "bin" / "python"


def _uv(*arguments: str) -> None:
    # The workspace's own settings, its overrides among them, are not meant for these environments.
    subprocess.run([str(_UV), *arguments, "--no-config", "--quiet"], check=True)
