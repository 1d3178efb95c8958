"""What runs in the service's child processes. Cheap to import: TensorFlow comes with the first task."""

import os
from typing import TYPE_CHECKING

from backplane.settings import StoreSettings

if TYPE_CHECKING:
    from inference.predictions import Prediction
    from inference.predictor import Predictor

_predictor: "Predictor | None" = None


def initialize(store: StoreSettings, threads: int, network_memory_bytes: int, batch_size: int) -> None:
    """Makes this process one that predicts."""
    global _predictor
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import tensorflow as tf

    from backplane.artifacts import ArtifactStore
    from backplane.catalogue import Catalogue
    from inference.predictor import Predictor

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    _predictor = Predictor(Catalogue(ArtifactStore.connect(store)), network_memory_bytes, batch_size)


def predict_sample(workspace: str, model: str, dataset: str, sample: int, top_k: int) -> "Prediction":
    """`Predictor.sample` of this process."""
    return _ready().sample(workspace, model, dataset, sample, top_k)


def predict_shard(workspace: str, model: str, dataset: str, shard: int, top_k: int) -> tuple[bytes, int]:
    """`Predictor.shard` of this process."""
    return _ready().shard(workspace, model, dataset, shard, top_k)


def warm_up() -> None:
    """Does nothing: a process that answers has loaded all it needs."""


def _ready() -> "Predictor":
    if _predictor is None:
        raise RuntimeError("initialize was not called in this process")
    return _predictor
