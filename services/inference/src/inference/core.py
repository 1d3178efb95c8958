"""What the service does, whoever asks: the servicer and the worker are thin skins over this."""

import asyncio

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

_LOAD_SECONDS = 300.0
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

    async def load(self) -> None:
        """Gets the child for single samples ready, which takes seconds."""
        await self._interactive.run(_LOAD_SECONDS, child.load)

    async def predict_sample(self, workspace: str, model: str, dataset: str, sample: int, top_k: int) -> Prediction:
        """The answer for one sample."""
        return await self._interactive.run(
            _SAMPLE_SECONDS, child.predict_sample, workspace, model, dataset, sample, top_k
        )

    async def predict_shard(self, workspace: str, model: str, dataset: str, shard: int, *, embedding: bool) -> int:
        """Predicts a shard and stores its part, unless it is there already; returns how many samples it holds.

        Args:
            workspace: of all.
            model: its id.
            dataset: its id.
            shard: its number.
            embedding: whether what the last hidden layer answers is stored as well.
        """
        results = Results(workspace, dataset, model)
        keys = [results.prediction_part(shard), *([results.embedding_part(shard)] if embedding else [])]
        if await asyncio.to_thread(lambda: all(self._store.exists(key) for key in keys)):
            return len(await asyncio.to_thread(self._catalogue.index, workspace, dataset, shard))
        predicted = await self._runs.run(
            _SHARD_SECONDS, child.predict_shard, workspace, model, dataset, shard, TOP_CLASSES, embedding=embedding
        )
        if predicted.embedding is not None:
            await asyncio.to_thread(self._store.put, results.embedding_part(shard), predicted.embedding)
        await asyncio.to_thread(self._store.put, results.prediction_part(shard), predicted.part)
        return predicted.samples

    async def record_activations(self, workspace: str, model: str, dataset: str, shard: int, layer: str) -> int:
        """Records the activations of a layer for a shard, unless they are there already; returns its samples."""
        key = Results(workspace, dataset, model).activation_part(layer, shard)
        if await asyncio.to_thread(self._store.exists, key):
            return len(await asyncio.to_thread(self._catalogue.index, workspace, dataset, shard))
        part, samples = await self._runs.run(
            _SHARD_SECONDS, child.record_activations, workspace, model, dataset, shard, layer
        )
        await asyncio.to_thread(self._store.put, key, part)
        return samples

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
