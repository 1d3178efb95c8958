"""What networks read: the samples of data sets, decoded and prepared. Lives in a child process."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO
from itertools import islice

import numpy as np

from backplane.catalogue import Catalogue
from backplane.layout import Layout
from domain.manifests import ModelManifest
from domain.samples import SampleEntry
from imaging.arrays import Floats
from imaging.decode import decode
from imaging.preprocessing import prepare
from imaging.shards import iterate

Batch = tuple[list[SampleEntry], Floats]
"""Samples, and their inputs (batch, height, width, channels)."""

_DECODING_THREADS = 2


class Inputs:
    """The inputs of networks.

    Args:
        catalogue: where models and data sets are.
        batch_size: samples that go through a network at once.
    """

    def __init__(self, catalogue: Catalogue, batch_size: int) -> None:
        self._catalogue = catalogue
        self._batch_size = batch_size

    def sample(self, workspace: str, model: str, dataset: str, sample: int) -> Batch:
        """One sample, as a batch.

        Raises:
            HubError: if model, data set or sample do not exist, or the picture cannot be read.
        """
        entry, data = self._catalogue.sample(workspace, dataset, sample)
        return [entry], _prepared(data, self._catalogue.model(workspace, model))[None]

    def shard(self, workspace: str, model: str, dataset: str, shard: int) -> Iterator[Batch]:
        """A shard in batches; pictures are decoded while the network computes."""
        manifest = self._catalogue.model(workspace, model)
        index = self._catalogue.index(workspace, dataset, shard)
        tar = self._catalogue.store.get(Layout(workspace).dataset(dataset).shard(shard))
        samples = iterate(BytesIO(tar), index)
        with ThreadPoolExecutor(_DECODING_THREADS) as threads:
            coming = self._begun(samples, manifest, threads)
            while coming:
                batch, coming = coming, self._begun(samples, manifest, threads)
                yield [entry for entry, _ in batch], np.stack([picture.result() for _, picture in batch])

    def _begun(
        self, samples: Iterator[tuple[SampleEntry, bytes]], manifest: ModelManifest, threads: ThreadPoolExecutor
    ) -> list[tuple[SampleEntry, Future[Floats]]]:
        """The next batch, under way."""
        return [(entry, threads.submit(_prepared, data, manifest)) for entry, data in islice(samples, self._batch_size)]


def _prepared(data: bytes, manifest: ModelManifest) -> Floats:
    return prepare(decode(data), manifest.preprocessing, manifest.input_shape).input
