"""What the service does, whoever asks: the servicer and the worker are thin skins over this."""

import asyncio
from collections.abc import Callable
from functools import partial

from backplane.artifacts import ArtifactStore
from backplane.catalogue import Catalogue
from backplane.children import Child
from backplane.results import Results
from domain.errors import HubError, Reason
from domain.inside import Training, WeightStatistics
from domain.predictions import TOP_CLASSES
from inference import child
from inference.layer_activations import LayerActivations
from inference.predictions import Prediction
from network.description import NetworkDescription, Node

_SAMPLE_SECONDS = 120.0
_SHARD_SECONDS = 3600.0


class Inference:
    """Predictions, activations and descriptions of networks.

    Args:
        store: where artifacts are.
        interactive: the child for single samples, so that they never wait behind runs.
        runs: the child for shards.
    """

    def __init__(self, store: ArtifactStore, interactive: Child, runs: Child) -> None:
        self._store = store
        self._catalogue = Catalogue(store)
        self._interactive = interactive
        self._runs = runs

    async def predict_sample(self, workspace: str, model: str, dataset: str, sample: int, top_k: int) -> Prediction:
        """The answer for one sample."""
        return await self._interactive.run(
            _SAMPLE_SECONDS, child.predict_sample, workspace, model, dataset, sample, top_k
        )

    async def predict_shard(self, workspace: str, model: str, dataset: str, shard: int) -> int:
        """Predicts a shard and stores its part, unless it is there already; returns how many samples it holds."""
        key = Results(workspace, dataset, model).prediction_part(shard)
        compute = partial(child.predict_shard, workspace, model, dataset, shard, TOP_CLASSES)
        return await self._stored(key, compute, workspace, dataset, shard)

    async def record_activations(self, workspace: str, model: str, dataset: str, shard: int, layer: str) -> int:
        """Records the activations of a layer for a shard, unless they are there already; returns its samples."""
        key = Results(workspace, dataset, model).activation_part(layer, shard)
        compute = partial(child.record_activations, workspace, model, dataset, shard, layer)
        return await self._stored(key, compute, workspace, dataset, shard)

    async def activations(
        self, workspace: str, model: str, dataset: str, sample: int, layer: str, limit: int
    ) -> LayerActivations:
        """The units of a layer that answer most strongly to one sample."""
        return await self._interactive.run(
            _SAMPLE_SECONDS, child.activations, workspace, model, dataset, sample, layer, limit
        )

    async def activation_maps(
        self, workspace: str, model: str, dataset: str, sample: int, layer: str, units: tuple[int, ...], size: int
    ) -> bytes:
        """The maps of units of a layer for one sample, as a PNG."""
        return await self._interactive.run(
            _SAMPLE_SECONDS, child.activation_maps, workspace, model, dataset, sample, layer, units, size
        )

    async def describe(self, workspace: str, model: str) -> tuple[Node, ...]:
        """The layers of a network."""
        data = await asyncio.to_thread(self._catalogue.description, workspace, model)
        return NetworkDescription.model_validate_json(data).nodes

    async def describe_layer(self, workspace: str, model: str, layer: str) -> tuple[Node, tuple[WeightStatistics, ...]]:
        """A layer of a network, and how its weights are spread.

        Raises:
            HubError: `LAYER_UNKNOWN`.
        """
        node = next((node for node in await self.describe(workspace, model) if node.name == layer), None)
        if node is None:
            raise HubError(
                Reason.LAYER_UNKNOWN,
                f"The network has no layer {layer!r}.",
                "`innhub models graph` lists its layers.",
            )
        statistics = await asyncio.to_thread(self._catalogue.weight_statistics, workspace, model)
        return node, tuple(weight for weight in statistics.weights if weight.layer == layer)

    async def describe_training(self, workspace: str, model: str) -> Training:
        """How a network was trained."""
        return await asyncio.to_thread(self._catalogue.training, workspace, model)

    async def _stored(
        self, key: str, compute: Callable[[], tuple[bytes, int]], workspace: str, dataset: str, shard: int
    ) -> int:
        """Computes the part of a shard in the child and stores it, unless it is there; returns how many samples."""
        if await asyncio.to_thread(self._store.exists, key):
            return len(await asyncio.to_thread(self._catalogue.index, workspace, dataset, shard))
        part, samples = await self._runs.run(_SHARD_SECONDS, compute)
        await asyncio.to_thread(self._store.put, key, part)
        return samples
