"""One running product for all faults: small networks, a data set of several shards, short leases."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Place, public_port
from e2e.faults.stack import FaultStack
from e2e.faults.subject import Subject

from innhub import Dataset, Hub

OUTAGE_SECONDS = float(os.environ.get("INNHUB_OUTAGE_SECONDS", "6"))
"""How long a part stays away: longer than a lease, and than one call tries again. The soak takes more."""
CHILD_MOST_MEMORY_BYTES = 1536 * 1024**2
_SAMPLES = 1280
_SIDE = 64

_CLASSIFIERS = """
import sys
import keras
from keras import layers

keras.utils.set_random_seed(7)
folder = sys.argv[1]
# Some seconds a data set on one core, so that there is time to kill something.
keras.Sequential([
    keras.Input((64, 64, 3)),
    layers.Conv2D(32, 3, activation="relu"),
    layers.Conv2D(48, 3, activation="relu"),
    layers.Conv2D(48, 3, activation="relu"),
    layers.GlobalAveragePooling2D(),
    layers.Dense(3, activation="softmax"),
]).save(f"{folder}/steady.keras")
# 200 MB a sample: one is answered, a batch of them is not.
keras.Sequential([
    keras.Input((64, 64, 3)),
    layers.UpSampling2D(64),
    layers.GlobalAveragePooling2D(),
    layers.Dense(3, activation="softmax"),
]).save(f"{folder}/greedy.keras")
"""


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultStack]:
    """The running product."""
    settings = {
        "INNHUB_LEASE_SECONDS": "3",
        "INNHUB_GRACE_SECONDS": "8",
        "INNHUB_TASK_DELIVERIES": "3",
        "INNHUB_THREADS": "1",
        "INNHUB_BATCH_SIZE": "16",
        "INNHUB_CHILD_MOST_MEMORY_BYTES": str(CHILD_MOST_MEMORY_BYTES),
    }
    with FaultStack(tmp_path_factory.mktemp("faults") / "home", public_port(Place.STAND_INS), settings) as running:
        yield running


@pytest.fixture(scope="session")
def hub(stack: FaultStack) -> Hub:
    """A client."""
    return stack.hub()


@pytest.fixture(scope="session")
def classifiers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a network that takes its time, and one that takes memory."""
    folder = tmp_path_factory.mktemp("classifiers")
    subprocess.run([sys.executable, "-c", _CLASSIFIERS, str(folder)], check=True, timeout=120, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def data(hub: Hub, pictures: Callable[[int, int], Path]) -> Dataset:
    """A data set of five shards."""
    return hub.datasets.add(pictures(_SAMPLES, _SIDE), name="noise")


@pytest.fixture
def subject(stack: FaultStack, hub: Hub, classifiers: Path, data: Dataset) -> Subject:
    """The network that takes its time and the data set, without anything that was predicted before."""
    if "steady" not in {model.name for model in hub.models.list()}:
        hub.models.add(classifiers / "steady.keras", name="steady", preprocessing="tf")
    found = Subject(stack, hub, hub.models.get("steady"), data)
    found.forget_predictions()
    return found
