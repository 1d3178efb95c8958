"""Pods as processes: the command, the variables and the probes of a manifest, with a /tmp of their own."""

import asyncio
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from backplane.probe import serves
from charts.manifests import Manifest, one, pods, secrets
from charts.namespaces import HOSTS, inside
from charts.places import ROOT
from domain.errors import HubError, Reason

_OWN = 'mount -t tmpfs none /tmp && chmod 1777 /tmp && mount --bind "$0" /etc/hosts && cd /tmp && exec env -i "$@"'
_LOOK_SECONDS = 0.5
_ANSWER_SECONDS = 3.0


class Pods:
    """The pods of manifests, which can be started one by one.

    Args:
        manifests: what the chart makes.
        addresses: of the pods, by component.
        folder: for logs, data and files that are mounted.
    """

    def __init__(self, manifests: Sequence[Manifest], addresses: Mapping[str, str], folder: Path, release: str) -> None:
        self._specs = {name: pod["spec"] for name, pod in pods(manifests).items()}
        self._secrets = secrets(manifests)
        self._addresses = addresses
        self._folder = folder
        (folder / "nats.conf").write_text(
            one(manifests, "ConfigMap", f"{release}-nats")["data"]["nats.conf"].replace("/data", str(folder / "nats"))
        )

    def start(self, name: str, command: Sequence[str] = ()) -> "subprocess.Popen[bytes]":
        """Starts what runs in a pod, or another command in its place."""
        container = self._specs[name]["containers"][0]
        variables = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", **_of_image(name)}
        variables |= {variable["name"]: self._value(variable) for variable in container["env"]}
        words = [f"{key}={value}" for key, value in variables.items()]
        own = ("unshare", "--mount", "sh", "-c", _OWN, str(HOSTS))
        with (self._folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [*inside(name), *own, *words, *(command or self._command(name))], stdout=log, stderr=subprocess.STDOUT
            )

    def wait_ready(self, name: str, process: "subprocess.Popen[bytes]", seconds: float) -> float:
        """Waits for the yes of its probes, and returns how long that took.

        Raises:
            HubError: it ended, or was not ready in time.
        """
        begun = time.monotonic()
        while not self._ready(name):
            if process.poll() is not None or time.monotonic() - begun > seconds:
                raise HubError(Reason.INTERNAL, f"{name} is not ready:\n{self.log(name)}", "See its log.")
            time.sleep(_LOOK_SECONDS)
        return time.monotonic() - begun

    def log(self, name: str) -> str:
        """The last that it said."""
        return "\n".join((self._folder / f"{name}.log").read_text(errors="replace").splitlines()[-15:])

    def _command(self, name: str) -> list[str]:
        container = self._specs[name]["containers"][0]
        said = [*container.get("command", []), *container.get("args", [])]
        if name == "nats":
            return ["nats-server", f"--config={self._folder / 'nats.conf'}"]
        return [word.replace("/data", str(self._folder / name)) for word in said] or ["python", "-m", name]

    def _value(self, variable: Mapping[str, Any]) -> str:
        if "value" in variable:
            return str(variable["value"])
        source = variable["valueFrom"]
        if "secretKeyRef" in source:
            return self._secrets[source["secretKeyRef"]["name"]][source["secretKeyRef"]["key"]]
        assert source["resourceFieldRef"]["resource"] == "requests.memory", source
        return str(512 * 1024**2)

    def _ready(self, name: str) -> bool:
        container = self._specs[name]["containers"][0]
        probe, address = container["readinessProbe"], self._addresses[name]
        if "grpc" in probe:
            return asyncio.run(serves(f"{address}:{probe['grpc']['port']}", probe["grpc"]["service"]))
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        url = f"http://{address}:{ports[probe['httpGet']['port']]}{probe['httpGet']['path']}"
        try:
            with urllib.request.urlopen(url, timeout=_ANSWER_SECONDS) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def _of_image(name: str) -> dict[str, str]:
    """The variables that the image of a pod sets; none for the stores, whose images are not ours."""
    dockerfile = ROOT / "deploy" / "images" / f"{'ui' if name == 'test' else name}.Dockerfile"
    if not dockerfile.exists():
        return {}
    text = re.sub(r"\\\n\s*", " ", dockerfile.read_text())
    words = [word for line in re.findall(r"^ENV (.*)$", text, re.M) for word in line.split()]
    return {key: value for key, _, value in (word.partition("=") for word in words) if key != "PATH"}
