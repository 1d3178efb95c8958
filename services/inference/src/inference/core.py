"""What the service does, whoever asks: the servicer and the worker are thin skins over this."""

import asyncio

from backplane.artifacts import ArtifactStore
from backplane.catalogue import Catalogue
from backplane.children import Child
from backplane.layout import Layout
from domain.predictions import TOP_CLASSES
from inference import child
from inference.predictions import Prediction
from network.description import NetworkDescription, Node

_SAMPLE_SECONDS = 120.0
_SHARD_SECONDS = 3600.0


class Inference:
    """Predictions and descriptions of networks.

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
        key = Layout(workspace).prediction_part(dataset, model, shard)
        if await asyncio.to_thread(self._store.exists, key):
            return len(await asyncio.to_thread(self._catalogue.index, workspace, dataset, shard))
        part, samples = await self._runs.run(
            _SHARD_SECONDS, child.predict_shard, workspace, model, dataset, shard, TOP_CLASSES
        )
        await asyncio.to_thread(self._store.put, key, part)
        return samples

    async def describe(self, workspace: str, model: str) -> tuple[Node, ...]:
        """The layers of a network."""
        data = await asyncio.to_thread(self._catalogue.description, workspace, model)
        return NetworkDescription.model_validate_json(data).nodes
