"""Pins what the images install beside the lock: `make images-pins` writes uv.txt and cuda.txt anew."""

import re
import tempfile
from pathlib import Path

from images.catalogue import FOLDER, ROOT
from images.commands import run

_UV = str(ROOT / ".tools" / "bin" / "uv")
_COMPILE = (
    *(_UV, "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--generate-hashes"),
    # The workspace wants no package `tensorflow`, and says so to uv.
    *("--no-config", "--python-version=3.11", "--python-platform=x86_64-manylinux_2_28"),
)
_OF_UV = "# The uv that installs in the images: that of the Makefile. `make images-pins` writes it anew.\n"
_OF_CUDA = """\
# TensorFlow with CUDA, for TENSORFLOW=cuda, in the place of the tensorflow-cpu of the lock. Only what the lock does
# not have; the version of TensorFlow is that of the lock. `make images-pins` writes it anew.
"""


def main() -> None:
    """Writes both files.

    Raises:
        HubError: the index cannot be reached, or nothing satisfies the lock.
    """
    version = re.search(r"^UV_VERSION := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert version, "the Makefile names the version of uv"
    (FOLDER / "uv.txt").write_text(_OF_UV + run(*_COMPILE, "-", given=f"uv=={version[1]}"))
    locked = run(
        *(_UV, "export", "--quiet", "--locked", "--project", str(ROOT), "--no-dev", "--no-hashes", "--no-annotate"),
        *("--no-header", "--no-emit-workspace", "--package=innhub-inference", "--package=innhub-explainer"),
    )
    pinned = [line.partition(";")[0].strip() for line in locked.splitlines()]
    [tensorflow] = [pin.partition("==")[2] for pin in pinned if pin.startswith("tensorflow-cpu==")]
    in_lock = [f"--no-emit-package={pin.partition('==')[0]}" for pin in pinned]
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "locked.txt"
        constraints.write_text("\n".join(pinned))
        wanted = f"tensorflow[and-cuda]=={tensorflow}"
        cuda = run(*_COMPILE, f"--constraints={constraints}", *in_lock, "-", given=wanted)
    (FOLDER / "cuda.txt").write_text(_OF_CUDA + cuda)


if __name__ == "__main__":
    main()
