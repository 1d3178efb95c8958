"""The mathematics of the walk on the architectures that people bring."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from conformance.architectures import ARCHITECTURES, architecture, picture
from conformance.asking import METHODS, difference, explained, parameters_of
from conformance.conftest import NotApplicable
from conformance.table import NOT_RUN, ON_ARCHITECTURES

from explainer.propagation.composites import composite
from explainer.propagation.rules import Epsilon
from explainer.propagation.walk import Propagate, Step, backward, forward
from network.canonical import CanonicalNetwork

_FEW_METHODS = ["lrp.sequential_preset_a", "lrp.epsilon_gamma_box", "deep_lift", "guided_grad_cam"]
_CHEAP = {"samples": 2, "steps": 2, "masks": 4, "permutations": 2, "channels": 4}
"""Parameters that only say how often the same is done."""
_EPSILON = 1e-7
_UNIT = 3
_ON_ALL = pytest.mark.parametrize("name", ARCHITECTURES, scope="module")
"""All tests of one architecture come one after the other, so that only one is in memory."""


@pytest.mark.conformance(ON_ARCHITECTURES)
@_ON_ALL
@pytest.mark.parametrize("method", METHODS)
def test_method_explains_or_says_why_not(
    method: str,
    name: str,
    not_applicable: NotApplicable,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    """Run for the few methods that between them take every way through a network, or for all where that is wanted."""
    network = architecture(name)
    if not_applicable(method, network):
        return
    if method not in _FEW_METHODS and not request.config.getoption("--all-on-architectures"):
        record_property(NOT_RUN, True)
        return
    few: dict[str, Any] = {name: value for name, value in _CHEAP.items() if name in parameters_of(method)}

    relevance = explained(method, network, picture(network), [_UNIT], parameters=few)

    assert relevance.shape == picture(network).shape
    assert np.isfinite(relevance).all()


@_ON_ALL
def test_walk_differentiates_as_tensorflow_does(name: str) -> None:
    network = architecture(name)

    walked = explained("gradient", network, picture(network), [_UNIT])

    assert difference(walked, explained("gradient.baseline", network, picture(network), [_UNIT])) < 1e-3
    assert np.abs(walked).max() > 0


@_ON_ALL
def test_relevance_and_what_biases_keep_add_up_to_the_output(name: str) -> None:
    network = architecture(name)

    value, relevance, kept = _accounted(network, picture(network))

    assert relevance + kept == pytest.approx(value, rel=1e-3)


def _accounted(network: CanonicalNetwork, inputs: Any) -> tuple[float, float, float]:
    """The value explained, the sum of the relevance of the pixels, and the share of biases and stabilisers.

    What a linear layer keeps by the ε-rule follows from the rule alone: Σ_j (b_j + ε sign z_j) R_j / (z_j + ε sign
    z_j).
    """
    node = network.description.output.name
    pixels = ((-1.0,) * 3, (1.0,) * 3)
    rules = composite(any=Epsilon(epsilon=_EPSILON)).for_network(network.description.nodes, pixels)
    kept: list[float] = []

    def accounting(step: Step) -> Propagate:
        def propagate(step: Step, relevance: tf.Tensor) -> list[tf.Tensor]:
            kept.append(_kept(step, relevance))
            return rules(step)(step, relevance)

        return propagate

    steps = forward(network, tf.constant(inputs), node)
    output = np.asarray(steps[node].output)
    start = np.where(np.arange(output.shape[-1]) == _UNIT, output, 0.0).astype(np.float32)
    relevance = backward(steps, node, tf.constant(start), accounting)
    return float(output[0, _UNIT]), float(np.asarray(relevance).sum(dtype=np.float64)), sum(kept)


def _kept(step: Step, relevance: tf.Tensor) -> float:
    if step.stage.is_linear and step.linear is not None:
        bias = np.zeros(1) if step.linear.bias is None else np.asarray(step.linear.bias, np.float64)
    elif step.node.kind in {"LayerNormalization", "GroupNormalization"}:
        bias = np.asarray(step.layer.beta, np.float64)
    else:
        return 0.0
    z, arriving = np.asarray(step.output, np.float64), np.asarray(relevance, np.float64)
    stabiliser = _EPSILON * np.where(z >= 0, 1.0, -1.0)
    return float(((bias + stabiliser) * arriving / (z + stabiliser)).sum())
