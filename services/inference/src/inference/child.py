"""What runs in the service's child processes. Cheap to import: TensorFlow comes with the first task."""

import os
from typing import TYPE_CHECKING

from backplane.settings import StoreSettings
from backplane.telemetry.kernels import watch_gpu_memory

if TYPE_CHECKING:
    from inference.activations import Activations
    from inference.layer_activations import LayerActivations
    from inference.predictions import PredictedShard, Prediction
    from inference.predictor import Predictor

_loaded: "tuple[Predictor, Activations] | None" = None


def initialize(store: StoreSettings, threads: int, network_memory_bytes: int, batch_size: int) -> None:
    """Makes this process one that runs networks."""
    global _loaded
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import tensorflow as tf

    from backplane.artifacts import ArtifactStore
    from backplane.catalogue import Catalogue
    from inference.activations import Activations
    from inference.networks import networks
    from inference.predictor import Predictor
    from inputs.reading import Inputs
    from network.devices import gpu_memory

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    watch_gpu_memory(gpu_memory)
    catalogue = Catalogue(ArtifactStore.connect(store))
    inputs, shared = Inputs(catalogue, batch_size), networks(catalogue, network_memory_bytes)
    _loaded = Predictor(catalogue, shared, inputs), Activations(shared, inputs)


def load() -> None:
    """Nothing: by then, this process is one that runs networks."""


def predict_sample(workspace: str, model: str, dataset: str, sample: int, top_k: int) -> "Prediction":
    """`Predictor.sample` of this process."""
    return _predictor().sample(workspace, model, dataset, sample, top_k)


def predict_shard(
    workspace: str, model: str, dataset: str, shard: int, top_k: int, *, embedding: bool
) -> "PredictedShard":
    """`Predictor.shard` of this process."""
    return _predictor().shard(workspace, model, dataset, shard, top_k, embedding=embedding)


def activations(workspace: str, model: str, dataset: str, sample: int, layer: str, limit: int) -> "LayerActivations":
    """`Activations.sample` of this process."""
    return _activations().sample(workspace, model, dataset, sample, layer, limit)


def activation_maps(
    workspace: str, model: str, dataset: str, sample: int, layer: str, units: tuple[int, ...], size: int
) -> bytes:
    """`Activations.maps` of this process."""
    return _activations().maps(workspace, model, dataset, sample, layer, units, size)


def record_activations(workspace: str, model: str, dataset: str, shard: int, layer: str) -> tuple[bytes, int]:
    """`Activations.shard` of this process."""
    return _activations().shard(workspace, model, dataset, shard, layer)


def warm_up() -> None:
    """Does nothing: a process that answers has loaded all it needs."""


def _predictor() -> "Predictor":
    return _ready()[0]


def _activations() -> "Activations":
    return _ready()[1]


def _ready() -> "tuple[Predictor, Activations]":
    if _loaded is None:
        raise RuntimeError("initialize was not called in this process")
    return _loaded
