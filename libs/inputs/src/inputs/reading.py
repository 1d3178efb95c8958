"""Reading samples out of the store as a network wants them: one by one, or a whole shard in batches."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from itertools import islice

import numpy as np

from backplane.catalogue import Catalogue
from backplane.layout import Layout
from domain.errors import HubError
from domain.manifests import ModelManifest
from domain.samples import SampleEntry
from imaging.arrays import Floats
from imaging.decode import decode
from imaging.geometry import Geometry
from imaging.preprocessing import Prepared, prepare
from imaging.shards import iterate

_DECODING_THREADS = 2


@dataclass(frozen=True)
class Batch:
    """Samples that go through a network at once.

    Attributes:
        entries: what the data set says of them.
        inputs: (batch, height, width, channels) as the network reads them.
        geometries: which part of its picture each of them is.
    """

    entries: tuple[SampleEntry, ...]
    inputs: Floats
    geometries: tuple[Geometry, ...]


class Inputs:
    """The inputs of networks.

    Args:
        catalogue: where models and data sets are.
        batch_size: samples of a shard that go through a network at once.
    """

    def __init__(self, catalogue: Catalogue, batch_size: int = 1) -> None:
        self._catalogue = catalogue
        self._batch_size = batch_size

    def sample(self, workspace: str, model: str, dataset: str, sample: int) -> Batch:
        """One sample, as a batch.

        Raises:
            HubError: if model, data set or sample do not exist, or the picture cannot be read.
        """
        entry, data = self._catalogue.sample(workspace, dataset, sample)
        return _batch([(entry, _prepared(entry, data, self._catalogue.model(workspace, model)))])

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
                yield _batch([(entry, picture.result()) for entry, picture in batch])

    def _begun(
        self, samples: Iterator[tuple[SampleEntry, bytes]], manifest: ModelManifest, threads: ThreadPoolExecutor
    ) -> list[tuple[SampleEntry, Future[Prepared]]]:
        """The next batch, under way."""
        return [
            (entry, threads.submit(_prepared, entry, data, manifest))
            for entry, data in islice(samples, self._batch_size)
        ]


def _batch(samples: list[tuple[SampleEntry, Prepared]]) -> Batch:
    return Batch(
        entries=tuple(entry for entry, _ in samples),
        inputs=np.stack([prepared.input for _, prepared in samples]),
        geometries=tuple(prepared.geometry for _, prepared in samples),
    )


def _prepared(entry: SampleEntry, data: bytes, manifest: ModelManifest) -> Prepared:
    try:
        return prepare(decode(data), manifest.preprocessing, manifest.input_shape)
    except HubError as error:
        raise HubError(error.reason, f"Sample {entry.number} ({entry.path}): {error.message}", error.advice) from error
