"""Predictions with loaded networks: single samples, and whole shards for runs. Lives in a child process."""

import numpy as np

from backplane.catalogue import Catalogue
from domain.manifests import ModelManifest
from inference.parts import PartRow, part
from inference.predictions import Prediction, RankedClass
from inputs.reading import Batch, Inputs
from network import scores
from network.cache import NetworkCache
from network.canonical import CanonicalNetwork


class Predictor:
    """Predicts with the networks of a catalogue.

    Args:
        catalogue: where models are.
        networks: those that are loaded.
        inputs: what they read.
    """

    def __init__(self, catalogue: Catalogue, networks: NetworkCache, inputs: Inputs) -> None:
        self._catalogue = catalogue
        self._networks = networks
        self._inputs = inputs

    def sample(self, workspace: str, model: str, dataset: str, sample: int, top_k: int) -> Prediction:
        """Predicts one sample.

        Raises:
            HubError: if model, data set or sample do not exist, or the picture cannot be read.
        """
        manifest = self._catalogue.model(workspace, model)
        batch = self._inputs.sample(workspace, model, dataset, sample)
        row = self._rows(manifest, self._networks.get(workspace, model), batch, top_k)[0]
        return Prediction(
            top=tuple(
                RankedClass(index, name, score)
                for index, name, score in zip(row.top_indices, row.top_classes, row.top_scores, strict=True)
            ),
            label=row.label,
            label_score=row.label_score,
        )

    def shard(self, workspace: str, model: str, dataset: str, shard: int, top_k: int) -> tuple[bytes, int]:
        """Predicts a shard.

        Returns:
            The part as Parquet, and how many samples it holds.
        """
        manifest = self._catalogue.model(workspace, model)
        network = self._networks.get(workspace, model)
        rows: list[PartRow] = []
        for batch in self._inputs.shard(workspace, model, dataset, shard):
            rows += self._rows(manifest, network, batch, top_k)
        return part(rows), len(rows)

    def _rows(self, manifest: ModelManifest, network: CanonicalNetwork, batch: Batch, top_k: int) -> list[PartRow]:
        values = scores.scores(network.logits(batch.inputs), manifest.head)
        entropy = scores.entropy(values, manifest.head)
        rows = []
        for entry, row, order, disorder in zip(batch.entries, values, scores.best(values, top_k), entropy, strict=True):
            label_index = None if entry.label is None else manifest.labels.index_of(entry.label)
            ranked = np.sort(row)[::-1]
            rows.append(
                PartRow(
                    sample=entry.number,
                    label=entry.label,
                    label_index=label_index,
                    label_score=None if label_index is None else float(row[label_index]),
                    top_indices=tuple(int(index) for index in order),
                    top_classes=tuple(manifest.labels.names[index] for index in order),
                    top_scores=tuple(float(row[index]) for index in order),
                    margin=float(ranked[0] - ranked[1]) if len(ranked) > 1 else float(ranked[0]),
                    entropy=float(disorder),
                )
            )
        return rows
