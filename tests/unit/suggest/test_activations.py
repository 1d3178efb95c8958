"""The samples to which a unit answers most strongly, from parts as inference writes them."""

from collections.abc import Iterable

import numpy as np

from backplane.artifacts import ArtifactStore, StoredObject
from backplane.results import Results
from imaging.arrays import Floats, to_npy
from suggest.statistics.activations import Activation, Activations, strongest

LAYER = "block1/conv (2)"
FOLDER = Results("w", "d", "m").layer_activations(LAYER)


def part(*rows: tuple[float, ...]) -> Floats:
    return np.asarray(rows, np.float32)


class Shelf:
    """Objects in memory, and how often each was read."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.reads: list[str] = []

    def list(self, prefix: str) -> Iterable[StoredObject]:
        return [StoredObject(key, len(data)) for key, data in self.objects.items() if key.startswith(prefix)]

    def get(self, key: str) -> bytes:
        self.reads.append(key)
        return self.objects[key]


def test_samples_stand_in_the_order_of_their_activations() -> None:
    numbers, values = np.asarray([0, 1, 4]), np.asarray([1, 3, 2], np.float32)
    assert strongest(numbers, values, 10) == [Activation(1, 3), Activation(4, 2), Activation(0, 1)]
    assert strongest(numbers, values, 1) == [Activation(1, 3)]


def test_equal_activations_stand_in_the_order_of_their_samples() -> None:
    numbers, values = np.asarray([2, 3, 0, 1]), np.asarray([1, 1, 1, 2], np.float32)
    assert [entry.sample for entry in strongest(numbers, values, 10)] == [1, 0, 2, 3]


def test_a_growing_run_is_followed_and_each_part_read_once() -> None:
    shelf = Shelf()
    activations = Activations(shelf, 10**6)
    assert dict(activations.parts("w", "d", "m", LAYER)) == {}
    for shard in (1, 0):
        shelf.objects[Results("w", "d", "m").activation_part(LAYER, shard)] = to_npy(part((shard, 0.5)))
        parts = dict(activations.parts("w", "d", "m", LAYER))
        assert {number: found.tolist() for number, found in parts.items()} == {
            number: [[number, 0.5]] for number in range(shard, 2)
        }
    assert sorted(shelf.reads) == sorted(shelf.objects)


def test_layers_are_kept_apart_whatever_their_names(artifact_store: ArtifactStore) -> None:
    artifact_store.ensure_bucket()
    layers = ("a", "a/b", "a%2Fb", "../a", "..", "ä b")
    for layer in layers:
        key = Results("w", "d", "m").activation_part(layer, 0)
        assert key.count("/") == 5
        artifact_store.put(key, to_npy(part((len(layer),))))
    activations = Activations(artifact_store, 10**6)
    for layer in layers:
        parts = dict(activations.parts("w", "d", "m", layer))
        assert {number: found.tolist() for number, found in parts.items()} == {0: [[len(layer)]]}
    artifact_store.delete(Results("w", "d", "m").activations)
    assert dict(activations.parts("w", "d", "m", "a/b")) == {}
