"""A base image made here, for builders that reach no registry: Debian with its Python 3.11 and little else."""

import shutil
import subprocess
from pathlib import Path

from images.commands import podman, run

NAME = "localhost/innhub-stand-in-base:bookworm"
_ARCHIVE = "http://deb.debian.org/debian"
# python3-distutils provides what python3.11-venv needs, which debootstrap does not find out by itself.
_PACKAGES = ("python3.11", "python3.11-venv", "python3-distutils", "ca-certificates")
_NOT_NEEDED = (
    "debootstrap",
    "var/cache/apt",
    "var/lib/apt/lists",
    "var/log",
    "usr/share/doc",
    "usr/share/info",
    "usr/share/locale",
    "usr/share/man",
)


def stand_in_base(cache: Path) -> str:
    """The name of the base, which is made where it is not there yet.

    Args:
        cache: a folder for what is needed meanwhile.

    Raises:
        HubError: the archive of Debian cannot be reached, or we may not make file systems.
    """
    if subprocess.run(["podman", "image", "exists", NAME], check=False).returncode == 0:
        return NAME
    tree, archive = cache / "base", cache / "base.tar"
    shutil.rmtree(tree, ignore_errors=True)
    run(
        "debootstrap",
        "--variant=minbase",
        f"--include={','.join(_PACKAGES)}",
        "bookworm",
        str(tree),
        _ARCHIVE,
        log=cache / "base.log",
    )
    for name in _NOT_NEEDED:
        shutil.rmtree(tree / name, ignore_errors=True)
    run("tar", "--directory", str(tree), "--create", "--file", str(archive), ".")
    podman("import", "--quiet", str(archive), NAME)
    archive.unlink()
    shutil.rmtree(tree)
    return NAME
