from functools import cache
from typing import Any

import numpy as np
import pytest
from conformance.asking import METHODS, Background, difference, explained
from conformance.conftest import NotApplicable
from conformance.derivations import DERIVATIONS, black_box
from conformance.derivations.base import Case
from conformance.derivations.gradients import central_differences
from conformance.derivations.relevance import kept_by_biases
from conformance.networks import NETWORKS, best_units, inputs, network, weights_of
from conformance.reference_process import HIGHEST, LOWEST
from conformance.slow_network import SlowNetwork

from explainer.methods import registry

_RULES = [
    {"layers": "first", "rule": {"name": "flat"}},
    {"layers": "dense", "rule": {"name": "epsilon", "epsilon": 0.5}},
    {"layers": "convolution", "rule": {"name": "gamma", "gamma": 0.1}},
]
_OTHER_PARAMETERS: list[tuple[str, dict[str, Any]]] = [
    *(("gradient", {"reduction": reduction}) for reduction in ("absolute", "max", "sum")),
    ("integrated_gradients", {"steps": 5, "baseline": "white"}),
    ("integrated_gradients", {"steps": 5, "baseline": "mean"}),
    ("expected_gradients", {"samples": 3, "steps": 2}),
    ("smoothgrad", {"samples": 5, "noise": 0.5, "seed": 3}),
    ("guided_backprop", {"start": "output"}),
    ("deconvnet", {"start": "output"}),
    ("deep_lift", {"baseline": "uniform", "seed": 2}),
    ("deep_taylor.bounded", {"low": -9.0, "high": 7.0}),
    ("score_cam", {"channels": 2, "quantity": "score"}),
    ("random", {"seed": 5, "deviation": 0.5}),
    ("lrp.epsilon", {"epsilon": 0.1}),
    ("lrp.alpha_beta", {"alpha": 3.0, "bias": "signed"}),
    ("lrp.alpha_2_beta_1", {"bias": "none"}),
    ("lrp.sequential_preset_a", {"bias": "signed"}),
    ("lrp.sequential_preset_a", {"epsilon": 0.5}),
    ("lrp.sequential_preset_b_flat_until_idx", {"index": 0}),
    *(("lrp.rule_until_idx", {"index": 1, "lower": rule, "upper": "z"}) for rule in ("w_square", "z_plus", "gamma")),
    ("lrp.rule_until_idx", {"index": 0, "lower": "z_box", "upper": "alpha_1_beta_0"}),
    ("lrp.rule_until_idx", {"index": 0, "lower": "flat", "upper": "alpha_2_beta_1"}),
    ("lrp.composite", {"rules": _RULES}),
    *black_box.OTHERS,
]
_FEWER_STEPS: dict[str, dict[str, Any]] = {
    "integrated_gradients": {"steps": 8},
    "expected_gradients": {"samples": 4},
    **black_box.FEWER,
    **{method: {"samples": 6} for method in ("smoothgrad", "smoothgrad.squared", "smoothgrad.variance")},
}
"""In place of the defaults where these would only repeat the same many times."""
_CASES = [(method, _FEWER_STEPS.get(method, {})) for method in METHODS] + _OTHER_PARAMETERS


@cache
def _slow(name: str) -> SlowNetwork:
    return SlowNetwork(network(name).description, weights_of(network(name)))


def case(method: str, name: str, given: dict[str, Any]) -> Case:
    """The first picture of a network and its best unit, with the settings that the method makes of what was given."""
    found, picture = registry.get(method), inputs(name)[:1]
    return Case(
        slow=_slow(name),
        picture=picture[0],
        node=network(name).description.output.name,
        unit=best_units(name, picture)[0],
        settings=found.parameters.model_validate(given).model_dump(mode="json"),
        layer=found.layers(network(name).description)[0] if found.layers else "",
        backgrounds=Background(network(name)).pictures,
        lowest=LOWEST,
        highest=HIGHEST,
    )


def test_every_method_has_a_derivation() -> None:
    assert set(METHODS) == set(DERIVATIONS)


@pytest.mark.parametrize("name", NETWORKS)
def test_slow_network_gives_the_same_logits(name: str) -> None:
    pictures = inputs(name)

    wanted = [_slow(name).logits(picture) for picture in pictures]

    assert difference(network(name).logits(pictures), np.stack(wanted)) < 1e-5


@pytest.mark.conformance("equals its NumPy derivation")
@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize(("method", "given"), _CASES, ids=str)
def test_method_equals_its_derivation(
    method: str, given: dict[str, Any], name: str, not_applicable: NotApplicable
) -> None:
    if not_applicable(method, network(name)):
        return
    picture = inputs(name)[:1]
    unit = best_units(name, picture)[0]

    relevance = explained(method, network(name), picture, [unit], parameters=given)[0]

    assert difference(relevance, DERIVATIONS[method](case(method, name, given))) < 1e-3


@pytest.mark.parametrize("name", NETWORKS)
def test_gradient_equals_finite_differences(name: str) -> None:
    picture, unit = inputs(name)[0], 2
    pixels = [int(pixel) for pixel in np.random.default_rng(0).choice(picture.size, 30, replace=False)]

    found = explained("gradient", network(name), picture[None], [unit])[0].ravel()[pixels]

    node = network(name).description.output.name
    assert difference(found, central_differences(_slow(name), picture, node, unit, pixels)) < 1e-3


@pytest.mark.parametrize(
    ("name", "node"), [("plain", "second.relu"), ("plain", "mean"), ("normalised", "point_norm"), ("branched", "both")]
)
def test_gradient_of_an_inner_unit_is_that_of_the_mean_of_its_channel(name: str, node: str) -> None:
    picture, unit = inputs(name)[0], 1
    pixels = [int(pixel) for pixel in np.random.default_rng(0).choice(picture.size, 30, replace=False)]

    found = explained("gradient", network(name), picture[None], [unit], node=node)[0].ravel()[pixels]

    wanted = central_differences(_slow(name), picture, node, unit, pixels)
    assert np.abs(wanted).max() > 0
    assert difference(found, wanted) < 1e-3


def test_relevance_adds_up_to_the_output_where_there_are_no_biases() -> None:
    pictures = inputs("bias_free")
    units = best_units("bias_free", pictures)

    found = explained("lrp.epsilon", network("bias_free"), pictures, units).sum(axis=(1, 2, 3), dtype=np.float64)

    values = network("bias_free").logits(pictures)[[0, 1], units]
    np.testing.assert_allclose(found, values, rtol=1e-3)


@pytest.mark.parametrize("name", ["plain", "branched", "grey", "linear", "normalised"])
def test_relevance_and_what_biases_keep_add_up_to_the_output(name: str) -> None:
    picture = inputs(name)[:1]
    unit = best_units(name, picture)[0]

    found = float(explained("lrp.epsilon", network(name), picture, [unit]).sum(dtype=np.float64))

    value, kept = _slow(name).logits(picture[0])[unit], kept_by_biases(case("lrp.epsilon", name, {}), 1e-7)
    assert kept != 0
    assert found + kept == pytest.approx(value, rel=1e-3, abs=1e-4 * abs(kept))


@pytest.mark.parametrize(("baseline", "value", "steps"), [("zero", 0.0, 256), ("white", HIGHEST, 512)])
@pytest.mark.parametrize("name", NETWORKS)
def test_integrated_gradients_add_up_to_the_difference_from_the_baseline(
    name: str, baseline: str, value: float, steps: int
) -> None:
    pictures = inputs(name)
    units = best_units(name, pictures)

    found = explained(
        "integrated_gradients", network(name), pictures, units, parameters={"baseline": baseline, "steps": steps}
    )

    rise = network(name).logits(pictures) - network(name).logits(np.full_like(pictures, value))
    np.testing.assert_allclose(found.sum(axis=(1, 2, 3)), rise[[0, 1], units], rtol=0.01, atol=0.01)
