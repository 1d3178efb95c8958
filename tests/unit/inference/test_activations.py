"""What units answer: the mean over all positions, for a sample as for a shard."""

from collections.abc import Iterator
from io import BytesIO
from typing import cast

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from unit.network.keras_models import SHAPE, canonical, randomised, squeezed

from domain.errors import HubError, Reason
from imaging.arrays import Floats, from_npy
from inference.activations import Activations, strongest
from inputs.reading import Batch, Inputs
from network.cache import NetworkCache

PICTURES: Floats = np.random.default_rng(5).normal(size=(5, *SHAPE)).astype(np.float32)
SAMPLE = ("w", "m", "d", 3)
SHARD = ("w", "m", "d", 0)


class Pictures:
    """Samples of noise, in batches of two."""

    def sample(self, _: str, __: str, ___: str, sample: int) -> Batch:
        return Batch((), PICTURES[sample][None], ())

    def shard(self, *_: object) -> Iterator[Batch]:
        return (Batch((), PICTURES[begin : begin + 2], ()) for begin in range(0, len(PICTURES), 2))


@pytest.fixture(scope="module")
def cache() -> NetworkCache:
    network, _ = canonical(randomised(squeezed()))
    return NetworkCache(lambda _, __: network, 0)


@pytest.fixture(scope="module")
def activations(cache: NetworkCache) -> Activations:
    return Activations(cache, cast(Inputs, Pictures()))


@pytest.fixture(scope="module")
def maps(cache: NetworkCache) -> str:
    """The first layer with several maps."""
    nodes = cache.get("w", "m").description.nodes
    return next(node.name for node in nodes[1:] if len(node.output_shape) == 3)


def output(cache: NetworkCache, layer: str) -> Floats:
    (found,) = cache.get("w", "m").outputs(tf.constant(PICTURES), layer)
    return np.asarray(found)


def test_units_of_maps_stand_in_the_order_of_their_means(
    activations: Activations, cache: NetworkCache, maps: str
) -> None:
    answer = activations.sample(*SAMPLE, maps, 100)
    expected = output(cache, maps)[3]
    assert (answer.layer, answer.output_shape) == (maps, expected.shape)
    assert sorted(unit.unit for unit in answer.units) == list(range(expected.shape[-1]))
    assert [unit.mean for unit in answer.units] == sorted((unit.mean for unit in answer.units), reverse=True)
    for unit in answer.units:
        assert unit.mean == pytest.approx(float(expected[..., unit.unit].mean()), abs=1e-5)
        assert unit.maximum == pytest.approx(float(expected[..., unit.unit].max()), abs=1e-5)
    assert activations.sample(*SAMPLE, maps, 1).units == answer.units[:1]


def test_a_unit_of_a_vector_is_its_own_mean_and_maximum() -> None:
    answer = strongest("dense", np.asarray([0.5, 2.0, 0.5], np.float32), 3)
    assert [(unit.unit, unit.mean, unit.maximum) for unit in answer.units] == [(1, 2, 2), (0, 0.5, 0.5), (2, 0.5, 0.5)]


def test_a_shard_holds_for_every_sample_what_it_answers_alone(
    activations: Activations, cache: NetworkCache, maps: str
) -> None:
    for layer in (maps, cache.get("w", "m").description.output.name):
        part, samples = activations.shard(*SHARD, layer)
        recorded = from_npy(part)
        assert samples == len(PICTURES)
        assert recorded.dtype == np.float32
        expected = output(cache, layer)
        means = expected.mean(axis=tuple(range(1, expected.ndim - 1)))
        np.testing.assert_allclose(recorded, means, rtol=1e-4, atol=1e-5)
        for unit in activations.sample(*SAMPLE, layer, 100).units:
            assert recorded[3, unit.unit] == pytest.approx(unit.mean, abs=1e-5)


def test_maps_are_those_asked_for_or_the_strongest(activations: Activations, maps: str) -> None:
    order = tuple(unit.unit for unit in activations.sample(*SAMPLE, maps, 16).units)
    assert activations.maps(*SAMPLE, maps, (), 8) == activations.maps(*SAMPLE, maps, order, 8)
    one = activations.maps(*SAMPLE, maps, order[-1:], 8)
    assert Image.open(BytesIO(one)).size == (8, 8)
    assert one == activations.maps(*SAMPLE, maps, (order[-1],), 8)


def test_a_vector_has_no_maps_and_a_layer_no_unit_beyond_its_last(
    activations: Activations, cache: NetworkCache, maps: str
) -> None:
    last = cache.get("w", "m").description.output.name
    for layer, units, named in ((last, (), last), (maps, (3,), "3")):
        with pytest.raises(HubError) as caught:
            activations.maps(*SAMPLE, layer, units, 8)
        assert caught.value.reason is Reason.ARGUMENT_INVALID
        assert named in caught.value.message
        assert caught.value.advice


def test_an_unknown_layer_is_refused(activations: Activations) -> None:
    for ask in (
        lambda: activations.sample(*SAMPLE, "nowhere", 3),
        lambda: activations.maps(*SAMPLE, "nowhere", (), 8),
        lambda: activations.shard(*SHARD, "nowhere"),
    ):
        with pytest.raises(HubError, match="nowhere") as caught:
            ask()
        assert caught.value.reason is Reason.LAYER_UNKNOWN
