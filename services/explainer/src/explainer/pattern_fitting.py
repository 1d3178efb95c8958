"""The statistics of a shard that patterns are fitted from. Lives in a child process."""

from collections.abc import Iterator

import numpy as np
from safetensors.numpy import save

from backplane.artifacts import ArtifactStore
from backplane.results import Results
from explainer.methods.base import inputs_at_once
from explainer.native import NativeEngine
from explainer.propagation.patterns import Statistics, added, statistics
from inputs.reading import Inputs


class PatternFitting:
    """Gathers what patterns are fitted from.

    Args:
        store: where the sums go.
        engine: has the networks.
        inputs: the samples, in batches.
        memory_bytes: what the activations of inputs that run at once may take.
    """

    def __init__(self, store: ArtifactStore, engine: NativeEngine, inputs: Inputs, memory_bytes: int) -> None:
        self._store = store
        self._engine = engine
        self._inputs = inputs
        self._memory_bytes = memory_bytes

    def gather(self, workspace: str, model: str, dataset: str, shard: int) -> int:
        """Stores the sums of a shard; returns how many samples they are of."""
        network = self._engine.network(workspace, model)
        at_once = inputs_at_once(2 * network.description.activations, self._memory_bytes)
        samples = 0

        def parts() -> Iterator[Statistics]:
            nonlocal samples
            for batch in self._inputs.shard(workspace, model, dataset, shard):
                samples += len(batch.entries)
                for begin in range(0, len(batch.inputs), at_once):
                    yield statistics(network, batch.inputs[begin : begin + at_once])

        sums = {name: np.ascontiguousarray(value) for name, value in added(parts()).items()}
        self._store.put(Results(workspace, dataset, model).pattern_statistics_part(shard), save(sums))
        return samples
