"""Predictions with loaded networks: single samples, and whole shards for runs. Lives in a child process."""

from contextlib import AbstractContextManager

import numpy as np
import tensorflow as tf

from backplane.catalogue import Catalogue
from backplane.telemetry.kernels import kernel
from domain.explanations import Engine
from domain.manifests import ModelManifest
from imaging.arrays import Floats, to_npy
from inference.activations import position_means
from inference.parts import PartRow, part
from inference.predictions import PredictedShard, Prediction, RankedClass
from inputs.reading import Batch, Inputs
from network import scores
from network.cache import NetworkCache
from network.canonical import CanonicalNetwork
from network.embedding import last_hidden

_LARGEST_HALF = float(np.finfo(np.float16).max)


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
        network = self._networks.get(workspace, model)
        with _kernel(manifest, batch):
            logits = network.logits(batch.inputs)
        row = _rows(manifest, logits, batch, top_k)[0]
        return Prediction(
            top=tuple(
                RankedClass(index, name, score)
                for index, name, score in zip(row.top_indices, row.top_classes, row.top_scores, strict=True)
            ),
            label=row.label,
            label_score=row.label_score,
        )

    def shard(
        self, workspace: str, model: str, dataset: str, shard: int, top_k: int, *, embedding: bool
    ) -> PredictedShard:
        """Predicts a shard; with the embedding, which costs nothing but room."""
        manifest = self._catalogue.model(workspace, model)
        network = self._networks.get(workspace, model)
        rows: list[PartRow] = []
        vectors: list[Floats] = []
        for batch in self._inputs.shard(workspace, model, dataset, shard):
            with _kernel(manifest, batch):
                logits, hidden = _answers(network, batch.inputs) if embedding else (network.logits(batch.inputs), None)
            rows += _rows(manifest, logits, batch, top_k)
            if hidden is not None:
                vectors.append(hidden)
        return PredictedShard(part(rows), _halves(vectors) if vectors else None, len(rows))


def _kernel(manifest: ModelManifest, batch: Batch) -> AbstractContextManager[None]:
    return kernel(
        "predict",
        method="",
        engine=Engine.NATIVE,
        model=manifest.id,
        architecture=manifest.source,
        batch=len(batch.inputs),
    )


def _answers(network: CanonicalNetwork, inputs: Floats) -> tuple[Floats, Floats]:
    """Logits (batch, classes), and what the last hidden layer answers (batch, units): the mean over all positions."""
    run = network.compiled(_logits_and_hidden, layer=last_hidden(network.description))
    logits, hidden = run(tf.constant(inputs))
    return np.asarray(logits, np.float32), np.asarray(hidden, np.float32)


def _logits_and_hidden(network: CanonicalNetwork, inputs: tf.Tensor, *, layer: str) -> tuple[tf.Tensor, tf.Tensor]:
    logits, hidden = network.outputs(inputs, network.description.output.name, layer)
    return logits, position_means(hidden)


def _halves(vectors: list[Floats]) -> bytes:
    return to_npy(np.concatenate(vectors).clip(-_LARGEST_HALF, _LARGEST_HALF).astype(np.float16))


def _rows(manifest: ModelManifest, logits: Floats, batch: Batch, top_k: int) -> list[PartRow]:
    values = scores.scores(logits, manifest.head)
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
