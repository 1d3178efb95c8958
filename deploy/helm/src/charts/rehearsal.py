"""The chart run without a cluster: its pods as processes, each in a network of its own, with the policies enforced.

What it proves: with the variables, credentials, addresses and arrows of the manifests, and nothing else, the product
starts, is ready, does its work, and ends. Containers and their rights are the business of `make images`.
"""

import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from charts import helm
from charts.namespaces import Network
from charts.places import EXAMPLES
from charts.processes import Pods
from domain.errors import HubError, Reason

_STORES = ("nats", "s3")
_SERVICES = ("suggest", "inference", "explainer", "gateway", "ui")
_READY_SECONDS = 180.0
_WORK_SECONDS = 600.0
_END_SECONDS = 150.0
_CLOSED = (("ui", "nats", 4222), ("ui", "explainer", 50051), ("gateway", "s3", 8888), ("suggest", "inference", 50051))
"""Some of what must not be possible, tried so that policies that do nothing are noticed."""
_PICTURES = """
from pathlib import Path
from PIL import Image

folder = Path("/tmp/pictures")
folder.mkdir()
for number, colour in enumerate(["red", "green", "blue"]):
    Image.new("RGB", (96, 96), colour).save(folder / f"{number}.png")
"""
_WORK = """
set -e
python -c "$1"
innhub models add keras:MobileNetV2 --weights none --name untrained
innhub datasets add /tmp/pictures --name colours
innhub predict colours untrained --wait
innhub explain-all colours untrained --method gradient --wait
innhub suggest agreement colours untrained
"""


def rehearse(folder: Path) -> None:
    """Starts everything, works with it, runs the test of helm, and stops everything.

    Args:
        folder: for logs and data.

    Raises:
        HubError: something did not do what it should.
    """
    manifests = helm.render(EXAMPLES / "laptop.yaml")
    network = Network(manifests, helm.RELEASE)
    pods = Pods(manifests, network.addresses, folder, helm.RELEASE)
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name in _STORES:
            running[name] = pods.start(name)
            pods.wait_ready(name, running[name], _READY_SECONDS)
        running |= {name: pods.start(name) for name in _SERVICES}
        for name, process in running.items():
            print(f"{name} ready after {pods.wait_ready(name, process, _READY_SECONDS):.1f} s more", flush=True)
        for source, target, port in _CLOSED:
            if network.reaches(source, target, port):
                raise HubError(Reason.INTERNAL, f"{source} reaches {target} on {port}.", "See the policies.")
        _ended(pods, ("sh", "-c", _WORK, "work", _PICTURES))
        print(f"helm test: {_ended(pods).splitlines()[-1]}", flush=True)
    finally:
        for names in (_SERVICES, _STORES):
            _stop({name: running[name] for name in names if name in running})
    if any(process.returncode for process in running.values()):
        raise HubError(Reason.INTERNAL, "Not everything ended with 0.", f"See the logs in {folder}.")


def _ended(pods: Pods, command: Sequence[str] = ()) -> str:
    """Runs something in the pod of the test, or that test itself, and returns what it said at last."""
    process = pods.start("test", command)
    try:
        code = process.wait(_WORK_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    if code:
        raise HubError(Reason.INTERNAL, f"The test ended with {code}:\n{pods.log('test')}", "See its log.")
    return pods.log("test")


def _stop(running: Mapping[str, "subprocess.Popen[bytes]"]) -> None:
    begun = time.monotonic()
    for process in running.values():
        process.send_signal(signal.SIGTERM)
    for name, process in running.items():
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        print(f"{name} ended with {process.returncode} within {time.monotonic() - begun:.1f} s", flush=True)
