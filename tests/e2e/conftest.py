"""The running product as its users know it, and what tests bring in: a small classifier, folders of pictures."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from conftest import HubStack
from e2e.program import Innhub, program
from PIL import Image

from innhub import Dataset, Hub

_CLASSIFIER = """
import sys
import keras

keras.utils.set_random_seed(7)
keras.Sequential([
    keras.Input((16, 16, 3)),
    keras.layers.Conv2D(4, 3, activation="relu"),
    keras.layers.GlobalAveragePooling2D(),
    keras.layers.Dense(3, activation="softmax"),
]).save(sys.argv[1])
"""


@pytest.fixture(scope="session")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `.keras` file with a network of three classes, saved by Keras itself."""
    path = tmp_path_factory.mktemp("classifier") / "tiny.keras"
    subprocess.run([sys.executable, "-c", _CLASSIFIER, str(path)], check=True, timeout=120, capture_output=True)
    return path


@pytest.fixture(scope="session")
def classifier_with_code(classifier: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same classifier, with a layer that carries Python code."""
    path = tmp_path_factory.mktemp("code") / "lambda.keras"
    with zipfile.ZipFile(classifier) as source, zipfile.ZipFile(path, "w") as copy:
        for name in source.namelist():
            data = source.read(name)
            if name == "config.json":
                config = json.loads(data)
                config["config"]["layers"].insert(2, _LAMBDA)
                data = json.dumps(config).encode()
            copy.writestr(name, data)
    return path


_LAMBDA = {
    "module": "keras.layers",
    "class_name": "Lambda",
    "config": {
        "name": "surprise",
        "trainable": True,
        "dtype": "float32",
        "function": {"class_name": "__lambda__", "config": {"code": "4wEAAAA=", "defaults": None, "closure": None}},
        "arguments": {},
    },
    "registered_name": None,
    "build_config": {"input_shape": [None, 14, 14, 4]},
}


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, int], Path]:
    """Makes a folder of JPEG files of noise, in three folders that name their class."""

    def make(count: int, side: int) -> Path:
        folder = tmp_path_factory.mktemp("pictures") / "noise"
        generator = np.random.default_rng(count)
        for number in range(count):
            path = folder / str(number % 3) / f"{number:05d}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            pixels = generator.integers(0, 256, (side // 8, side // 8, 3), dtype=np.uint8)
            data = io.BytesIO()
            Image.fromarray(pixels).resize((side, side)).save(data, "JPEG")
            path.write_bytes(data.getvalue())
        return folder

    return make


@pytest.fixture(scope="session")
def hub(hub_stack: HubStack) -> Iterator[Hub]:
    """A client of the running product."""
    with hub_stack.hub() as client:
        yield client


@pytest.fixture(scope="session")
def photos(hub: Hub) -> Dataset:
    """The photographs of the demo."""
    return hub.datasets.get("photos")


@pytest.fixture(scope="session")
def innhub(hub_stack: HubStack) -> Innhub:
    """The program `innhub`, which knows where the running product is."""
    return program(hub_stack.environment)


@pytest.fixture(scope="session")
def rest(hub_stack: HubStack) -> Iterator[httpx.Client]:
    """REST of the default workspace."""
    with httpx.Client(
        base_url=f"{hub_stack.url}/v1/workspaces/default/",
        headers={"Authorization": f"Bearer {hub_stack.token}"},
        timeout=300,
    ) as client:
        yield client
