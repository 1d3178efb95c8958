"""Writes the Python stubs of all messages to a folder: `python proto/generate.py [FOLDER]` (default proto/gen).

The stubs live in the package `innhub_proto`, since `innhub` is the client's.
"""

import re
import sys
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

ROOT = Path(__file__).parent
PROGRAMS = Path(sys.executable).parent
GOOGLE_PROTOS = files("grpc_tools") / "_proto"


def generate(folder: Path) -> None:
    """Writes message stubs, service stubs and their types below `folder/innhub_proto`."""
    sources = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("innhub/**/*.proto"))
    raw = folder / "innhub"
    folder.mkdir(parents=True, exist_ok=True)
    options = [f"--{kind}_out={folder}" for kind in ("python", "grpc_python", "mypy", "mypy_grpc")]
    options += [f"--plugin=protoc-gen-{kind}={PROGRAMS / f'protoc-gen-{kind}'}" for kind in ("mypy", "mypy_grpc")]
    if protoc.main(["protoc", f"-I{ROOT}", f"-I{GOOGLE_PROTOS}", *options, *sources]) != 0:
        raise SystemExit("protoc failed: see the lines above")
    for stub in sorted(raw.rglob("*.py*")):
        if stub.suffix not in {".py", ".pyi"}:
            continue
        moved = folder / "innhub_proto" / stub.relative_to(raw)
        moved.parent.mkdir(parents=True, exist_ok=True)
        moved.write_text(_in_package(stub.read_text()))
        stub.unlink()
    for empty in sorted(raw.rglob("*"), reverse=True):
        empty.rmdir()
    raw.rmdir()


def _in_package(text: str) -> str:
    """The stub with its imports pointing into `innhub_proto`; names on the wire keep the prefix `innhub`."""
    text = re.sub(r"^(from|import) innhub\.", r"\1 innhub_proto.", text, flags=re.MULTILINE)
    return re.sub(r"\binnhub\.(\w+)\.v1(?=\.\w+_pb2\b| import)", r"innhub_proto.\1.v1", text)


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "gen")
