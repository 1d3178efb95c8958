"""What a container says of itself. Given to the Python in there, it imports nothing of ours, and prints JSON."""

import importlib.metadata
import json
import os
import re
import shutil
from pathlib import Path

_NOT_FILES = {"/proc", "/sys"}


def writable_folders() -> list[str]:
    """All folders in which we could make a file, without those below such a folder."""
    found = []
    for folder, below, _ in os.walk("/"):
        if folder in _NOT_FILES:
            below.clear()
        elif os.access(folder, os.W_OK):
            found.append(folder)
            below.clear()
    return found


def first_process() -> dict[str, str]:
    """The first process: user, group, capabilities and whether it may gain any."""
    status = dict(line.split(":\t", 1) for line in Path("/proc/1/status").read_text().splitlines() if ":\t" in line)
    return {
        "user": status["Uid"].split()[1],
        "group": status["Gid"].split()[1],
        "capabilities": status["CapEff"],
        "no_new_privileges": status["NoNewPrivs"],
        "command": Path("/proc/1/cmdline").read_text().replace("\0", " ").strip(),
    }


def packages() -> dict[str, str]:
    """Name and version of all that is installed."""
    return {
        re.sub("[-_.]+", "-", found.metadata["Name"]).lower(): found.version
        for found in importlib.metadata.distributions()
    }


if __name__ == "__main__":
    print(
        json.dumps(
            {
                "process": first_process(),
                "writable": writable_folders(),
                "packages": packages(),
                "programs": [name for name in ("uv", "gcc", "cc", "git", "pytest") if shutil.which(name)],
                "bill": json.loads(Path("/usr/share/innhub/sbom.cdx.json").read_text()),
            }
        )
    )
