from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from conformance import networks

from domain.quality import Grade, Randomisation
from explainer.engine import UnitChoice
from explainer.methods import registry
from explainer.methods.base import Problem
from explainer.surroundings import Alone, InputRange
from explainer.targets import selection
from explainer.trust.maps import Map, pixel_map
from explainer.trust.randomisation import Weights, cascade, depths, randomised, shuffled
from explainer.trust.verdict import judged_randomisation
from network.canonical import CanonicalNetwork

RANGE = InputRange(np.full(3, -3, np.float32), np.full(3, 3, np.float32))


def explained(network: CanonicalNetwork, method: str) -> Map:
    found, description = registry.get(method), network.description
    chosen = selection(description, [UnitChoice(description.output.name, (1,))])
    problem = Problem(network, tf.constant(networks.inputs("plain", 1)), chosen, Alone(RANGE))
    return pixel_map(found.explain(problem, found.parameters()).relevance.numpy()[0])


def check(method: str, seed: int = 0) -> Randomisation:
    network = networks._filled(networks.NETWORKS["plain"]())
    stages = cascade(network.description, network.description.output.name)
    original = explained(network, method)

    def explain(changed: Weights) -> Map:
        with network.with_weights(changed):
            return explained(network, method)

    steps = [randomised(explain, network.weights(), stages[:depth], original, seed) for depth in depths(len(stages))]
    assert (explained(network, method) == original).all(), "the weights are not what they were"
    return Randomisation(stages=len(stages), steps=tuple(steps))


def test_the_gradient_forgets_with_the_network() -> None:
    found = check("gradient")
    assert [step.layer for step in found.steps] == ["logits", "second", "first"]
    assert judged_randomisation(found).grade is Grade.GOOD


@pytest.mark.parametrize("control", ["input", "random"])
def test_what_does_not_look_at_the_network_is_found_out(control: str) -> None:
    found = check(control)
    assert all(step.rank_correlation == pytest.approx(1.0) for step in found.steps)
    assert all(step.ssim == pytest.approx(1.0) for step in found.steps)
    assert judged_randomisation(found).grade is Grade.POOR


def test_the_same_seed_finds_the_same() -> None:
    assert check("gradient", 3) == check("gradient", 3)
    assert check("gradient", 3) != check("gradient", 4)


def test_a_layer_has_the_same_random_weights_at_each_step() -> None:
    network = networks.network("normalised")
    stages = cascade(network.description, "logits")
    weights = network.weights()
    top, all_of_them = shuffled(weights, stages[:2], 0), shuffled(weights, stages, 0)
    assert set(top) < set(all_of_them) == set(weights)
    assert all((top[name] == all_of_them[name]).all() for name in top)


def test_the_order_in_which_weights_are_listed_does_not_matter() -> None:
    network = networks.network("normalised")
    stages, weights = cascade(network.description, "logits"), network.weights()
    found, turned = shuffled(weights, stages, 0), shuffled(dict(reversed(weights.items())), stages, 0)
    assert all((found[name] == turned[name]).all() for name in weights)


def test_weights_are_the_same_ones_in_another_order() -> None:
    network = networks.network("normalised")
    weights = network.weights()
    for name, found in shuffled(weights, cascade(network.description, "logits"), 0).items():
        assert sorted(found.ravel()) == sorted(weights[name].ravel())
        assert found.size < 3 or (found != weights[name]).any()


def test_what_a_normalisation_knows_of_a_channel_moves_together() -> None:
    network = networks.network("normalised")
    weights = network.weights()
    found = shuffled(weights, cascade(network.description, "logits"), 0)

    def channels(of: Weights) -> set[tuple[Any, ...]]:
        return set(
            zip(*(of[f"first_norm.{name}"] for name in ("gamma", "moving_mean", "moving_variance")), strict=True)
        )

    assert channels(found) == channels(weights)


def test_only_what_lies_beneath_the_target_is_randomised() -> None:
    description = networks.network("normalised").description
    assert [stage.node.name for stage in cascade(description, "deep_relu")] == ["deep", "first"]
    assert cascade(description, description.input.name) == []


@pytest.mark.parametrize(
    ("count", "steps"), [(0, ()), (1, (1,)), (3, (1, 2, 3)), (5, (1, 2, 3, 4, 5)), (53, (1, 14, 27, 40, 53))]
)
def test_steps_go_evenly_from_the_top_to_the_bottom(count: int, steps: tuple[int, ...]) -> None:
    assert depths(count) == steps
