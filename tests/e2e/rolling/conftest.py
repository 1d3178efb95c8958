"""One running product whose replicas come and go, with a small network and data sets of several shards."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Place, public_port
from e2e.rolling.cluster import Cluster
from e2e.rolling.work import Work

_SAMPLES, _FEW = 768, 2
_SIDE = 64
_REPLICAS = {"gateway": 2, "inference": 1, "explainer": 1, "suggest": 1, "ui": 2}
"""Where there is only one, nobody else answers while it leaves but its successor, which not everybody knows yet."""
_TASKS_ON_QUEUE = 8
"""Twice as many as there are ever explainers."""

_CLASSIFIER = """
import sys
import keras
from keras import layers

keras.utils.set_random_seed(7)
keras.Sequential([
    keras.Input((64, 64, 3)),
    # Some seconds to explain a shard on one core.
    *(layers.Conv2D(16, 3, activation="relu") for _ in range(2)),
    layers.GlobalAveragePooling2D(),
    layers.Dense(3, activation="softmax"),
]).save(sys.argv[1])
"""


@pytest.fixture(scope="package")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The running product."""
    settings = {
        "INNHUB_LEASE_SECONDS": "5",
        "INNHUB_THREADS": "1",
        "INNHUB_BATCH_SIZE": "16",
        "INNHUB_TASKS_ON_QUEUE": str(_TASKS_ON_QUEUE),
    }
    port = public_port(Place.STAND_INS)
    with Cluster(tmp_path_factory.mktemp("rolling") / "home", port, _REPLICAS, settings) as running:
        yield running


@pytest.fixture(scope="package")
def work(
    cluster: Cluster, pictures: Callable[[int, int], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Work]:
    """What there is to do."""
    network = tmp_path_factory.mktemp("classifier") / "small.keras"
    subprocess.run([sys.executable, "-c", _CLASSIFIER, str(network)], check=True, timeout=120, capture_output=True)
    with cluster.hub() as hub:
        model = hub.models.add(network, name="small", preprocessing="tf")
        dataset, other, few = (
            hub.datasets.add(pictures(count, _SIDE), name=name)
            for name, count in (("noise", _SAMPLES), ("other", _SAMPLES), ("few", _FEW))
        )
        hub.predict(dataset, [model]).wait(bar=False)
        yield Work(cluster, hub, model, dataset, other, few)
