"""What a child process that computes is equipped with. TensorFlow comes with `workshop`, not with this module."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backplane.settings import StoreSettings
from backplane.telemetry.kernels import watch_gpu_memory
from domain.errors import HubError, Reason
from domain.explanations import Engine

if TYPE_CHECKING:
    from backplane.artifacts import ArtifactStore
    from backplane.catalogue import Catalogue
    from explainer.answering import Answering
    from explainer.engine import ExplanationEngine
    from network.canonical import CanonicalNetwork


@dataclass(frozen=True)
class Computing:
    """What a process has to know before it computes.

    Attributes:
        store: where artifacts are.
        threads: that one operation may use.
        network_memory_bytes: bound on the weights that stay loaded.
        batch_memory_bytes: what the activations of inputs that run at once may take.
    """

    store: StoreSettings
    threads: int
    network_memory_bytes: int
    batch_memory_bytes: int


@dataclass(frozen=True)
class Workshop:
    """The store, and the engines of the process, each with a way to ask it questions."""

    store: "ArtifactStore"
    catalogue: "Catalogue"
    engines: "Mapping[Engine, ExplanationEngine]"
    answering: "Mapping[Engine, Answering]"


def workshop(computing: Computing, *, native: bool) -> Workshop:
    """Loads TensorFlow for the native engine, or for those that innvestigate is behind; once in a process."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    if not native:
        # TensorFlow decides at its import which Keras `tf.keras` is; innvestigate needs the second.
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(computing.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)

    from backplane.artifacts import ArtifactStore
    from backplane.catalogue import Catalogue
    from explainer.answering import Answering
    from explainer.fitted_patterns import FittedPatterns
    from network.devices import gpu_memory

    watch_gpu_memory(gpu_memory)
    store = ArtifactStore.connect(computing.store)
    catalogue = Catalogue(store)
    engines: Mapping[Engine, ExplanationEngine]
    if native:
        from explainer.native import NativeEngine

        own = NativeEngine(catalogue, computing.network_memory_bytes, computing.batch_memory_bytes)
        engines, fitted = {Engine.NATIVE: own}, FittedPatterns(catalogue, own.network)
    else:
        from explainer.reference.engine import reference_engines

        engines, fitted = reference_engines(catalogue), FittedPatterns(catalogue, _no_network)
    answering = {engine: Answering(catalogue, found, fitted) for engine, found in engines.items()}
    return Workshop(store, catalogue, engines, answering)


def _no_network(_: str, __: str) -> "CanonicalNetwork":
    raise HubError(Reason.METHOD_NOT_APPLICABLE, "Patterns are for the native engine.", "Use the engine native.")
