"""Predictions with loaded networks: single samples, and whole shards for runs. Lives in a child process."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from backplane.catalogue import Catalogue
from backplane.layout import Layout
from domain.manifests import ModelManifest
from domain.samples import SampleEntry
from imaging.decode import decode
from imaging.preprocessing import prepare
from imaging.shards import iterate
from inference.parts import PartRow, part
from inference.predictions import Prediction, RankedClass
from network import scores
from network.cache import NetworkCache
from network.canonical import CanonicalNetwork

Batch = tuple[list[SampleEntry], npt.NDArray[np.float32]]
_DECODING_THREADS = 2


class Predictor:
    """Predicts with the networks of a catalogue.

    Args:
        catalogue: where models and data sets are.
        network_memory_bytes: bound on the weights that stay loaded.
        batch_size: samples that go through a network at once.
    """

    def __init__(self, catalogue: Catalogue, network_memory_bytes: int, batch_size: int) -> None:
        self._catalogue = catalogue
        self._networks = NetworkCache(self._load, network_memory_bytes)
        self._batch_size = batch_size

    def sample(self, workspace: str, model: str, dataset: str, sample: int, top_k: int) -> Prediction:
        """Predicts one sample.

        Raises:
            HubError: if model, data set or sample do not exist, or the picture cannot be read.
        """
        manifest = self._catalogue.model(workspace, model)
        entry, data = self._catalogue.sample(workspace, dataset, sample)
        prepared = prepare(decode(data), manifest.preprocessing, manifest.input_shape)
        row = self._rows(manifest, self._networks.get(workspace, model), ([entry], prepared.input[None]), top_k)[0]
        return Prediction(
            top=tuple(
                RankedClass(index, name, score)
                for index, name, score in zip(row.top_indices, row.top_classes, row.top_scores, strict=True)
            ),
            label=row.label,
            label_score=row.label_score,
        )

    def shard(self, workspace: str, model: str, dataset: str, shard: int, top_k: int) -> tuple[bytes, int]:
        """Predicts a shard; pictures are decoded while the network computes.

        Returns:
            The part as Parquet, and how many samples it holds.
        """
        manifest = self._catalogue.model(workspace, model)
        network = self._networks.get(workspace, model)
        index = self._catalogue.index(workspace, dataset, shard)
        tar = self._catalogue.store.get(Layout(workspace).dataset(dataset).shard(shard))
        rows: list[PartRow] = []
        with ThreadPoolExecutor(_DECODING_THREADS) as threads:
            for batch in self._batches(iterate(BytesIO(tar), index), manifest, threads):
                rows += self._rows(manifest, network, batch, top_k)
        return part(rows), len(rows)

    def _batches(
        self, samples: Iterator[tuple[SampleEntry, bytes]], manifest: ModelManifest, threads: ThreadPoolExecutor
    ) -> Iterator[Batch]:
        """Prepared batches, the next one always under way while one is used."""

        def begin() -> list[tuple[SampleEntry, Future[Any]]]:
            return [
                (entry, threads.submit(_prepared, data, manifest)) for entry, data in islice(samples, self._batch_size)
            ]

        coming = begin()
        while coming:
            batch, coming = coming, begin()
            yield [entry for entry, _ in batch], np.stack([picture.result() for _, picture in batch])

    def _rows(self, manifest: ModelManifest, network: CanonicalNetwork, batch: Batch, top_k: int) -> list[PartRow]:
        entries, inputs = batch
        values = scores.scores(network.logits(inputs), manifest.head)
        entropy = scores.entropy(values, manifest.head)
        rows = []
        for entry, row, order, disorder in zip(entries, values, scores.best(values, top_k), entropy, strict=True):
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

    def _load(self, workspace: str, model: str) -> CanonicalNetwork:
        with TemporaryDirectory() as folder:
            return CanonicalNetwork.load(*self._catalogue.network(workspace, model, Path(folder)))


def _prepared(data: bytes, manifest: ModelManifest) -> npt.NDArray[np.float32]:
    return prepare(decode(data), manifest.preprocessing, manifest.input_shape).input
