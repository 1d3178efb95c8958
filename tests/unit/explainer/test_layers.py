from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from conformance.asking import Background

from domain.errors import HubError, Reason
from explainer.engine import UnitChoice
from explainer.methods import registry
from explainer.methods.base import Problem
from explainer.propagation.signs import nonnegative_nodes
from explainer.targets import selection
from network.canonical import CanonicalNetwork
from network.description import NetworkDescription, Node


def _node(name: str, kind: str, *inputs: str, **arguments: Any) -> Node:
    return Node(name=name, kind=kind, inputs=inputs, arguments=arguments)


def _described(*nodes: Node) -> NetworkDescription:
    return NetworkDescription(input_shape=(8, 8, 3), nodes=(_node("input", "InputLayer"), *nodes))


def _network(*nodes: Node) -> CanonicalNetwork:
    """With weights that are all different."""
    network = CanonicalNetwork(_described(*nodes))
    random = np.random.default_rng(0)
    network.set_weights(
        {
            f"{name}.{weight.name}": random.normal(size=weight.shape).astype(np.float32)
            for name, layer in network.layers.items()
            for weight in layer.weights
        }
    )
    return network


_CONVOLUTION: dict[str, Any] = {"filters": 3, "kernel_size": [3, 3], "padding": "same"}
_USUAL = (
    _node("maps", "Conv2D", "input", **_CONVOLUTION),
    _node("maps.relu", "Activation", "maps", activation="relu"),
    _node("deep", "Conv2D", "maps.relu", **_CONVOLUTION),
    _node("deep.relu", "Activation", "deep", activation="relu"),
    _node("pool", "MaxPooling2D", "deep.relu", pool_size=[2, 2]),
    _node("mean", "GlobalAveragePooling2D", "pool"),
    _node("logits", "Dense", "mean", units=2),
)


def _explained(method: str, network: CanonicalNetwork, node: str, layer: str = "") -> Any:
    found = registry.get(method)
    inputs = tf.constant(np.random.default_rng(1).normal(size=(1, 8, 8, 3)), tf.float32)
    chosen = selection(network.description, [UnitChoice(node, (1,))])
    problem = Problem(network, inputs, chosen, Background(network), layer)
    return found.explain(problem, found.parameters()).relevance.numpy()


@pytest.mark.parametrize(
    ("node", "nonnegative"),
    [
        (_node("end", "ReLU", "maps"), True),
        (_node("end", "ReLU", "maps", max_value=6.0), True),
        (_node("end", "ReLU", "maps", negative_slope=0.1), False),
        (_node("end", "Activation", "maps", activation="relu"), True),
        (_node("end", "Activation", "maps", activation="sigmoid"), True),
        (_node("end", "Activation", "maps", activation="tanh"), False),
        (_node("end", "Activation", "maps", activation="silu"), False),
        (_node("end", "MaxPooling2D", "maps.relu"), True),
        (_node("end", "MaxPooling2D", "maps"), False),
        (_node("end", "Add", "maps.relu", "maps.relu"), True),
        (_node("end", "Add", "maps.relu", "maps"), False),
        (_node("end", "Concatenate", "maps.relu", "input"), False),
        (_node("end", "ZeroPadding2D", "maps.relu"), True),
        (_node("end", "Conv2D", "maps.relu"), False),
        (_node("end", "BatchNormalization", "maps.relu"), False),
        (_node("end", "Rescaling", "maps.relu"), False),
        (_node("end", "Flatten", "input"), False),
    ],
    ids=lambda value: f"{value.kind} {value.arguments} of {value.inputs}" if isinstance(value, Node) else str(value),
)
def test_only_what_cannot_be_negative_counts_as_such(node: Node, nonnegative: bool) -> None:
    found = nonnegative_nodes(_described(*_USUAL[:2], node))

    assert ("end" in found) is nonnegative
    assert "input" not in found


def test_grad_cam_takes_the_last_layer_with_maps_that_is_no_pooling() -> None:
    layers = registry.get("grad_cam").layers
    assert layers is not None

    found = layers(_network(*_USUAL).description)

    assert found == ["deep.relu", "pool", "deep", "maps.relu", "maps"]


def test_grad_cam_does_not_apply_without_maps() -> None:
    flat = _network(_node("flat", "Flatten", "input"), _node("logits", "Dense", "flat", units=2))

    obstacle = registry.get("grad_cam").obstacle(flat.description)

    assert obstacle is not None
    assert obstacle.layer == "logits"


def test_grad_cam_refuses_a_unit_that_does_not_depend_on_its_layer() -> None:
    with pytest.raises(HubError, match=r"'deep\.relu'.*'maps'") as refusal:
        _explained("grad_cam", _network(*_USUAL), "maps", "deep.relu")

    assert refusal.value.reason is Reason.METHOD_NOT_APPLICABLE


@pytest.mark.parametrize("kind", ["Add", "Concatenate"])
@pytest.mark.parametrize("method", ["guided_backprop", "lrp.epsilon"])
def test_layer_that_reads_the_same_twice_hands_back_each_share_once(method: str, kind: str) -> None:
    twice = _network(
        _node("maps", "Conv2D", "input", **_CONVOLUTION, use_bias=False),
        _node("maps.relu", "ReLU", "maps"),
        _node("both", kind, "maps.relu", "maps.relu"),
        _node("flat", "Flatten", "both"),
        _node("logits", "Dense", "flat", units=2, use_bias=False),
    )
    inputs = np.random.default_rng(1).normal(size=(1, 8, 8, 3)).astype(np.float32)

    found = _explained(method, twice, "logits")

    if method == "lrp.epsilon":
        assert found.sum() == pytest.approx(twice.logits(inputs)[0, 1], rel=1e-3)
    else:
        assert np.abs(found).sum() == pytest.approx(
            np.abs(_explained(method, _doubled(twice, kind), "logits")).sum(), rel=1e-3
        )


def _doubled(twice: CanonicalNetwork, kind: str) -> CanonicalNetwork:
    """The same function, reading once: both halves of the weights behind the layer in one."""
    once = _network(
        _node("maps", "Conv2D", "input", **_CONVOLUTION, use_bias=False),
        _node("maps.relu", "ReLU", "maps"),
        _node("flat", "Flatten", "maps.relu"),
        _node("logits", "Dense", "flat", units=2, use_bias=False),
    )
    kernel = twice.layers["logits"].kernel.numpy()
    if kind == "Concatenate":
        halves = kernel.reshape(8, 8, 2, 3, 2)
        joined = halves.sum(axis=2).reshape(-1, 2)
    else:
        joined = 2 * kernel
    once.set_weights({"maps.kernel": twice.layers["maps"].kernel.numpy(), "logits.kernel": joined})
    return once
