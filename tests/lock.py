"""What the lock holds, and what a package of it needs."""

import tomllib
from pathlib import Path
from typing import Any

LOCKED: list[dict[str, Any]] = tomllib.loads((Path(__file__).parents[1] / "uv.lock").read_text())["package"]
PACKAGES = {package["name"]: package for package in LOCKED}


def closure(package: str) -> set[str]:
    """The names of all that a package needs, itself among them."""
    found: set[str] = set()
    waiting = [package]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(needed["name"] for needed in PACKAGES[name].get("dependencies", []))
    return found
