"""The embedding is read where the last layer with weights reads."""

from collections.abc import Callable
from typing import Any

import keras
import pytest
from unit.network.keras_models import SHAPE, canonical, functional, nested, sequential, squeezed

from network import heads
from network.canonical import CanonicalNetwork
from network.description import NetworkDescription
from network.embedding import last_hidden


def binary() -> Any:
    layers = keras.layers
    return keras.Sequential([keras.Input(SHAPE), layers.Flatten(), layers.Dense(6, activation="relu"), layers.Dense(1)])


def linear() -> Any:
    return keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(4)])


@pytest.mark.parametrize(
    ("build", "kind", "units"),
    [
        (sequential, "Flatten", 36),
        (functional, "GlobalAveragePooling2D", 4),
        (nested, "Activation", 7),
        (squeezed, "MaxPooling2D", 8),
        (binary, "Activation", 6),
        (linear, "Flatten", 192),
    ],
)
def test_the_layer_before_the_logits_is_found(build: Callable[[], Any], kind: str, units: int) -> None:
    network, _ = canonical(build())
    node = network.node(last_hidden(network.description))
    assert (node.kind, node.output_shape[-1]) == (kind, units)


def test_the_second_class_of_a_binary_network_is_no_layer_of_its_own() -> None:
    network, _ = canonical(binary())
    logit = network.description.output.name
    piece = heads.two_classes(logit)
    both = CanonicalNetwork(NetworkDescription(input_shape=SHAPE, nodes=(*network.description.nodes, piece.node)))
    assert last_hidden(both.description) == last_hidden(network.description)
