"""An image out of its Dockerfile, with buildah: as any builder would, without a daemon."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from images import mirror
from images.catalogue import ROOT, Image
from images.commands import run


def build(image: Image, base: str, tensorflow: str, out: Path) -> str:
    """Builds an image; layers that need no change are taken from the last time. Returns its name.

    Args:
        image: which.
        base: the image that it stands on.
        tensorflow: `cpu` or `cuda`.
        out: a folder for what the builder says.

    Raises:
        HubError: the build failed.
    """
    name = image.name(tensorflow)
    with tempfile.TemporaryDirectory() as folder:
        told = [
            f"--secret=id={identity},src={path}" for identity, path in mirror.secrets(os.environ, Path(folder)).items()
        ]
        arguments = {"BASE": base, "REVISION": _git("rev-parse", "HEAD") or "unknown"}
        if image.tensorflow:
            arguments["TENSORFLOW"] = tensorflow
        run(
            "buildah",
            "bud",
            # Health checks are a part of Docker's format and not of OCI's.
            "--format=docker",
            "--isolation=chroot",
            "--layers",
            "--force-rm",
            *told,
            *(f"--build-arg={name}={value}" for name, value in arguments.items()),
            f"--file={image.dockerfile}",
            f"--tag={name}",
            str(ROOT),
            log=out / f"{image.service}.build.log",
        )
    return name


def _git(*arguments: str) -> str:
    """What git says; empty where this is no clone."""
    git = shutil.which("git")
    if git is None:
        return ""
    said = subprocess.run([git, "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)
    return said.stdout.strip()
