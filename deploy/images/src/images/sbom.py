"""What an image consists of: the CycloneDX of the lock, in the end as it was really installed.

A script of its own, since it runs while an image is built, where nothing but Python is there:
`sbom.py LOCKED [REPLACED]` prints the list.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

_REPLACED = "tensorflow-cpu"
_PINNED = re.compile(r"^([a-z0-9-]+)==([^ ]+)", re.MULTILINE)


def with_cuda(bill: dict[str, Any], requirements: str) -> dict[str, Any]:
    """The list with the packages of a requirements file in the place of TensorFlow without CUDA.

    Args:
        bill: CycloneDX as uv writes it.
        requirements: pinned, TensorFlow among them.
    """
    gone = {part["bom-ref"] for part in bill["components"] if part["name"] == _REPLACED}
    references = {name: f"{name}@{version}" for name, version in _PINNED.findall(requirements)}
    added = [
        {
            "type": "library",
            "bom-ref": references[name],
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
        }
        for name, version in _PINNED.findall(requirements)
    ]
    kept = [part for part in bill["components"] if part["bom-ref"] not in gone]
    arrows = []
    for arrow in bill["dependencies"]:
        needs = arrow.get("dependsOn", [])
        reference = references["tensorflow"] if arrow["ref"] in gone else arrow["ref"]
        if arrow["ref"] in gone:
            needs = [*needs, *(other for name, other in references.items() if name != "tensorflow")]
        needs = [references["tensorflow"] if other in gone else other for other in needs]
        arrows.append({"ref": reference, **({"dependsOn": needs} if needs else {})})
    arrows.extend({"ref": other} for name, other in references.items() if name != "tensorflow")
    return {**bill, "components": [*kept, *added], "dependencies": arrows}


def main(locked: str, replaced: str = "") -> None:
    """Prints the list.

    Args:
        locked: path of the CycloneDX of the lock.
        replaced: path of the requirements that were installed in the place of TensorFlow; empty where none were.
    """
    bill = json.loads(Path(locked).read_text())
    if replaced:
        bill = with_cuda(bill, Path(replaced).read_text())
    json.dump(bill, sys.stdout, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
