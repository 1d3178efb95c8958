"""The work of runs without runs, on arrays that are ready, in a process of its own: prints images a second.

`python -m bench.runs.alone predict|explain FILE COUNT THREADS`, where FILE holds a Keras classifier.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

METHOD = "gradient"
PREDICTED_AT_ONCE = 32
"""As inference does by default."""


def main(what: str, file: Path, count: int, threads: int) -> None:
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    work, shape = {"predict": _predicting, "explain": _explaining}[what](file)
    arrays = np.random.default_rng(0).uniform(-100, 100, (count, *shape)).astype(np.float32)
    work(arrays[:64])
    begun = time.perf_counter()
    work(arrays)
    print(count / (time.perf_counter() - begun))


def _predicting(file: Path) -> tuple[Callable[[Any], object], tuple[int, ...]]:
    """Keras, as it comes."""
    import keras

    model = keras.models.load_model(file, compile=False)
    return lambda arrays: model.predict(arrays, batch_size=PREDICTED_AT_ONCE, verbose=0), model.input_shape[1:]


def _explaining(file: Path) -> tuple[Callable[[Any], object], tuple[int, ...]]:
    """The engine in a bare loop over batches as runs have them: the answer, and why it is given."""
    from backplane.catalogue import Catalogue
    from domain.preprocessing import PRESETS
    from domain.relevance import CHUNK_SAMPLES
    from explainer.engine import Asked, UnitChoice
    from explainer.native import NativeEngine
    from explainer.surroundings import Alone, InputRange
    from inference.importing.exchange import MODEL_FILE, NETWORK_FILE, WEIGHTS_FILE, ImportRequest
    from inference.importing.importer import imported

    folder = Path(_FOLDER.name)
    (folder / MODEL_FILE).symlink_to(file)
    imported(ImportRequest(source=file.name, preprocessing=PRESETS["caffe"]), folder)

    class Folder:
        def description(self, *_: str) -> bytes:
            return (folder / NETWORK_FILE).read_bytes()

        def network(self, *_: object) -> tuple[bytes, Path]:
            return (folder / NETWORK_FILE).read_bytes(), folder / WEIGHTS_FILE

    engine = NativeEngine(cast(Catalogue, Folder()), 2 * 1024**3, 1024**3)
    description = engine.network("", "").description
    surroundings = Alone(InputRange(np.full(3, -128, np.float32), np.full(3, 128, np.float32)))

    def work(arrays: Any) -> None:
        for begin in range(0, len(arrays), CHUNK_SAMPLES):
            batch = arrays[begin : begin + CHUNK_SAMPLES]
            answers = engine.logits("", "", batch).argmax(axis=1)
            choices = tuple(UnitChoice(description.output.name, (int(answer),)) for answer in answers)
            engine.explain(Asked("", "", batch, choices, METHOD, {}, "", surroundings)).relevance.sum(axis=-1)

    return work, description.input_shape


_FOLDER = TemporaryDirectory()

if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
