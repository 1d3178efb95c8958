"""What is wrong with an image, or with the container that was started from it. An empty list is what we want."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from domain.errors import HubError
from images import mirror
from images.catalogue import ROOT, Image
from images.commands import podman
from images.containers import USER, Container

_LABELS = ("title", "version", "revision", "source", "licenses", "base.name")
# Every container has these two beside /tmp, whatever its root file system allows; both lie in memory.
_WRITABLE = {"/tmp", "/dev/shm", "/dev/mqueue"}
_TENSORFLOW = {"tensorflow", "tensorflow-cpu", "keras", "tf-keras"}
_FOR_BUILDS = ("workspace", "wishes", "own", "opt/uv", "root/.cache/uv", "root/.cache/pip")
_OURS = ("opt/innhub", "usr/share/innhub")
_CUDA = "import tensorflow; print(tensorflow.test.is_built_with_cuda())"
_NO_CAPABILITIES = "0" * 16


def of_image(image: Image, name: str) -> list[str]:
    """Labels, user, health check, and nothing about the machine that built it."""
    described = json.loads(podman("image", "inspect", name))[0]
    settings = described["Config"]
    labels = settings.get("Labels") or {}
    wrong = [f"has no label {label}" for label in _LABELS if not labels.get(f"org.opencontainers.image.{label}")]
    if settings.get("User") != USER:
        wrong.append(f"runs as {settings.get('User')}")
    if settings.get("Entrypoint") != ["python", "-m", image.service]:
        wrong.append(f"begins with {settings.get('Entrypoint')}")
    if settings.get("StopSignal") not in {"SIGTERM", "15"}:
        wrong.append(f"is stopped with {settings.get('StopSignal')}")
    if not described.get("Healthcheck"):
        wrong.append("has no health check")
    said = podman("history", "--no-trunc", "--format=json", name) + json.dumps(described)
    with _mounted(name) as tree:
        return [*wrong, *_left_behind(tree), *_told_of_builder(tree, said)]


def of_running(image: Image, container: Container, tensorflow: str) -> list[str]:
    """Who it runs as, what it can write, what is in it, and whether its own health check agrees.

    Args:
        image: which.
        container: where it runs.
        tensorflow: `cpu` or `cuda`; the one that it should have, if any.
    """
    inside = Path(__file__).with_name("inside.py").read_text()
    said = json.loads(container.execute("python", "-", given=inside))
    process = said["process"]
    wrong = []
    if f"{process['user']}:{process['group']}" != USER or process["capabilities"] != _NO_CAPABILITIES:
        wrong.append(f"runs as {process}")
    if process["command"] != f"python -m {image.service}":
        wrong.append(f"has {process['command']!r} as its first process, which gets the signals")
    if strange := set(said["writable"]) - _WRITABLE:
        wrong.append(f"can write to {sorted(strange)}")
    if said["programs"]:
        wrong.append(f"carries {said['programs']}")
    if not image.tensorflow and (heavy := _TENSORFLOW & set(said["packages"])):
        wrong.append(f"carries {sorted(heavy)}")
    if image.tensorflow and (found := container.execute("python", "-c", _CUDA).strip()) != str(tensorflow == "cuda"):
        wrong.append(f"has a TensorFlow of which it is {found} that it was built for CUDA")
    wrong.extend(_of_bill(said["bill"], said["packages"]))
    _, *health_check = json.loads(podman("image", "inspect", container.image))[0]["Healthcheck"]["Test"]
    try:
        container.execute(*health_check)
    except HubError:
        wrong.append("fails its own health check")
    return wrong


def of_end(code: int, seconds: float, allowed_seconds: float) -> list[str]:
    """How it ended after the stop signal."""
    if code:
        return [f"ended with {code}"]
    return [f"took {seconds:.0f} s to end"] if seconds > allowed_seconds else []


@contextmanager
def _mounted(name: str) -> Iterator[Path]:
    """The files of an image."""
    yield Path(podman("image", "mount", name).strip())
    podman("image", "unmount", name)


def _left_behind(tree: Path) -> Iterator[str]:
    """What only a build needs."""
    for path in _FOR_BUILDS:
        if (tree / path).exists():
            yield f"carries /{path}"


def _told_of_builder(tree: Path, said: str) -> Iterator[str]:
    """What only the machine that built an image may know, in its description or in a file of ours."""
    index = mirror.index_settings(os.environ, mirror.pip_settings())
    for text in [str(ROOT), *mirror.private(index)]:
        command = ["grep", "-rlF", "-e", text, *(str(tree / path) for path in _OURS)]
        found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
        places = [*(["its description"] if text in said else []), *(path.removeprefix(str(tree)) for path in found)]
        if places:
            yield f"says {text!r} in {', '.join(places[:3])}, which only the machine that built it may know"


def _of_bill(bill: dict[str, Any], packages: dict[str, str]) -> Iterator[str]:
    """The list of what is in it against what is installed, both ways."""
    listed = {part["name"]: part["version"] for part in [*bill["components"], bill["metadata"]["component"]]}
    for name in sorted(listed.keys() | packages.keys()):
        if listed.get(name) != packages.get(name):
            yield f"has {name} {packages.get(name)}, and its SBOM says {listed.get(name)}"
