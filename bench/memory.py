"""`python -m bench.memory [COUNT]`: many explanations of mixed methods and networks through one native engine.

Prints the memory of the process as it goes: it has to be flat once everything was asked for once. Now and then a method
gets a parameter that it never had, which makes a graph that is asked for once only.
"""

import os
import random
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import psutil

from backplane.catalogue import Catalogue
from bench.methods.networks import TARGET, canonical_files, write
from explainer.engine import Asked, UnitChoice
from explainer.methods import registry
from explainer.native import NativeEngine
from explainer.surroundings import Alone, InputRange

_NETWORKS = {"MobileNetV2": 96, "ResNet50": 64, "DenseNet121": 64, "VGG16": 64}
_FEW: dict[str, Any] = {"steps": 4, "samples": 4, "masks": 16, "coalitions": 16, "permutations": 2, "channels": 8}
_ALONE = {"expected_gradients", "prediction_difference", "pattern_net", "pattern_attribution"}
"""Methods that need a data set."""
_NEW_PARAMETER_EVERY = 25
_SHOWN_EVERY = 100


class _Folders:
    """Stands in for the catalogue: networks in folders, whatever the workspace."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def description(self, _: str, model: str) -> bytes:
        return canonical_files(self._root / model)[0]

    def network(self, _: str, model: str, __: Path) -> tuple[bytes, Path]:
        return canonical_files(self._root / model)


def main(count: int) -> None:
    """Explains, and prints megabytes."""
    methods = [method for method in registry.methods() if method not in _ALONE]
    with TemporaryDirectory() as folder:
        for name, side in _NETWORKS.items():
            (Path(folder) / name).mkdir()
            write(Path(folder) / name, name, side)
        engine = NativeEngine(cast("Catalogue", _Folders(Path(folder))), 2 * 1024**3, 512 * 1024**2)
        chance, process = random.Random(0), psutil.Process()
        print(f"{len(methods)} methods, {len(_NETWORKS)} networks")
        for number in range(1, count + 1):
            _explain(engine, chance, methods, number)
            if number % _SHOWN_EVERY == 0:
                print(f"{number:6} explanations: {process.memory_info().rss / 1024**2:8.0f} MB", flush=True)


def _explain(engine: NativeEngine, chance: random.Random, methods: list[str], number: int) -> None:
    name = chance.choice(list(_NETWORKS))
    description = engine.network("", name).description
    applying = [method for method in methods if registry.get(method).obstacle(description) is None]
    method = chance.choice(applying)
    parameters = {key: value for key, value in _FEW.items() if key in registry.get(method).parameters.model_fields}
    if number % _NEW_PARAMETER_EVERY == 0:
        method, parameters = "lrp.epsilon", {"epsilon": chance.uniform(0.001, 0.1)}
    picture = np.random.default_rng(number).uniform(-1.0, 1.0, (1, *description.input_shape)).astype(np.float32)
    pixels = InputRange(np.full(3, -1.0, np.float32), np.full(3, 1.0, np.float32))
    choice = UnitChoice(description.output.name, (TARGET,))
    engine.explain(Asked("", name, picture, (choice,), method, parameters, "", Alone(pixels)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
