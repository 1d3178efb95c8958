"""Shards are predicted with their embedding where that is wanted, and equally without."""

from collections.abc import Iterator
from io import BytesIO
from typing import cast

import numpy as np
import polars as pl
import pytest
import tensorflow as tf
from unit.network.keras_models import SHAPE, canonical, randomised, squeezed

from backplane.catalogue import Catalogue
from domain.labels import ClassLabels
from domain.manifests import Head, ModelManifest
from domain.preprocessing import PRESETS
from domain.samples import SampleEntry
from imaging.arrays import Floats, from_npy
from inference.predictor import Predictor
from inputs.reading import Batch, Inputs
from network.cache import NetworkCache
from network.embedding import last_hidden

PICTURES: Floats = np.random.default_rng(5).normal(size=(5, *SHAPE)).astype(np.float32)
SHARD = ("w", "m", "d", 0, 3)


def entry(number: int) -> SampleEntry:
    return SampleEntry(
        number=number, path=f"{number}.png", label="2", width=8, height=8, format="png", offset=512, size=1
    )


class Pictures:
    """Samples of noise, in batches of two."""

    def shard(self, *_: object) -> Iterator[Batch]:
        for begin in range(0, len(PICTURES), 2):
            inputs = PICTURES[begin : begin + 2]
            yield Batch(tuple(entry(begin + place) for place in range(len(inputs))), inputs, ())


class Models:
    """A catalogue of one model."""

    def model(self, _: str, model: str) -> ModelManifest:
        return ModelManifest(
            id=model,
            name=model,
            created_at="2026-01-01T00:00:00Z",
            created_by="ann",
            network_digest="",
            input_shape=SHAPE,
            head=Head.SOFTMAX,
            preprocessing=PRESETS["raw"],
            labels=ClassLabels.numbered(5),
            layers=1,
            parameters=1,
        )


@pytest.fixture(scope="module")
def networks() -> NetworkCache:
    network, _ = canonical(randomised(squeezed()))
    return NetworkCache(lambda _, __: network, 0)


@pytest.fixture(scope="module")
def predictor(networks: NetworkCache) -> Predictor:
    return Predictor(cast(Catalogue, Models()), networks, cast(Inputs, Pictures()))


def test_an_embedding_is_the_mean_of_the_last_hidden_layer(predictor: Predictor, networks: NetworkCache) -> None:
    found = predictor.shard(*SHARD, embedding=True)
    assert found.embedding is not None
    vectors = from_npy(found.embedding)
    network = networks.get("w", "m")
    (maps,) = network.outputs(tf.constant(PICTURES), last_hidden(network.description))
    assert vectors.dtype == np.float16
    assert vectors.shape == (5, 8)
    np.testing.assert_allclose(vectors, np.asarray(maps).mean(axis=(1, 2)), rtol=1e-3)


def test_predictions_are_the_same_with_and_without(predictor: Predictor) -> None:
    with_it, without = predictor.shard(*SHARD, embedding=True), predictor.shard(*SHARD, embedding=False)
    assert without.embedding is None
    assert (with_it.samples, without.samples) == (5, 5)
    first, second = (pl.read_parquet(BytesIO(found.part)) for found in (with_it, without))
    assert first["sample"].to_list() == [0, 1, 2, 3, 4]
    assert first["top_indices"].to_list() == second["top_indices"].to_list()
    np.testing.assert_allclose(first["entropy"], second["entropy"], rtol=1e-5)
