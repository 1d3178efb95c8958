"""What black-box methods promise, beyond what all methods do."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from conformance.asking import Background, difference, explained
from conformance.derivations.black_box import FEWER, shapley_values
from conformance.networks import FloatArray, best_units, inputs, network, weights_of
from conformance.reference_process import HIGHEST, LOWEST

from domain.errors import HubError, Reason
from explainer.engine import UnitChoice
from explainer.methods import registry
from explainer.methods.base import Problem, Quantity
from explainer.methods.black_box.games import Game, games
from explainer.methods.black_box.segments import Segmentation, segmented
from explainer.methods.black_box.shapley_sampling import ShapleySamplingParameters, estimate
from explainer.methods.black_box.windows import Windows
from explainer.surroundings import InputRange
from explainer.targets import selection

_PLAYERS = ["lime", "shapley_sampling", "kernel_shap"]
_GRID = {"segmentation": "grid", "segments": 9, "quantity": "logit"}


def _problem(name: str, pictures: FloatArray, units: list[int], *, together: bool = False) -> Problem:
    node, found = network(name).description.output.name, network(name)
    choices = [UnitChoice(node, tuple(units))] if together else [UnitChoice(node, (unit,)) for unit in units]
    return Problem(found, tf.constant(pictures), selection(found.description, choices), Background(found))


def _game(name: str, parameters: ShapleySamplingParameters) -> Game:
    picture = inputs(name)[:1]
    return next(games(_problem(name, picture, best_units(name, picture)), parameters, parameters.quantity))


def _exact(game: Game) -> FloatArray:
    """The Shapley values, from all coalitions."""
    numbers = np.arange(2**game.players)
    worth = game.worth((numbers[:, None] >> np.arange(game.players)) % 2 == 1)
    values = shapley_values(lambda some: float(worth[sum(2**player for player in some)]), game.players)
    return np.asarray(values)


@pytest.mark.parametrize(
    ("method", "given", "tolerance"),
    [
        ("shapley_sampling", _GRID | {"permutations": 2}, 1e-4),
        ("kernel_shap", _GRID, 1e-4),
        ("kernel_shap", _GRID | {"coalitions": 100}, 1e-4),
        ("lime", _GRID | {"penalty": 1e-6}, 1e-4),
        ("lime", _GRID, 0.03),
    ],
)
@pytest.mark.parametrize("baseline", ["zero", "white", "mean"])
def test_segments_of_a_linear_model_get_what_they_contribute(
    method: str, given: dict[str, Any], tolerance: float, baseline: str
) -> None:
    pictures = inputs("linear")

    found = explained(method, network("linear"), pictures, [1, 3], parameters=given | {"baseline": baseline})

    wanted = _contributions(pictures, baseline, [1, 3])
    assert difference(_blocks(found), _blocks(wanted)) < tolerance


@pytest.mark.parametrize("baseline", ["grey", "black"])
def test_boxes_on_a_linear_model_get_what_they_cover(baseline: str) -> None:
    pictures = inputs("linear")

    given = {"window": 4, "stride": 4, "quantity": "logit", "baseline": baseline}
    found = explained("occlusion", network("linear"), pictures, [1, 3], parameters=given)

    places = found.sum(axis=-1)[:, ::4, ::4]
    assert difference(places, _blocks(_contributions(pictures, baseline, [1, 3]))) < 1e-4


def _contributions(pictures: FloatArray, baseline: str, units: list[int]) -> FloatArray:
    """w_i (x_i - x'_i)."""
    kernel = weights_of(network("linear"))["logits.kernel"][:, units].T.reshape(pictures.shape)
    colours: dict[str, Any] = {"zero": 0.0, "grey": 0.0, "black": LOWEST, "white": HIGHEST}
    colours["mean"] = pictures.mean(axis=(1, 2), keepdims=True)
    return np.asarray(kernel * (pictures - colours[baseline]))


def _blocks(relevance: FloatArray) -> FloatArray:
    """The sums over the nine cells of 4 x 4 pixels (batch, 3, 3)."""
    return np.asarray(relevance.sum(axis=-1).reshape(-1, 3, 4, 3, 4).sum(axis=(2, 4)))


@pytest.mark.parametrize("name", ["plain", "branched", "grey"])
def test_sampled_shapley_values_lie_within_their_error_bars(name: str) -> None:
    parameters = ShapleySamplingParameters(
        segments=9, segmentation=Segmentation.GRID, permutations=200, quantity=Quantity.LOGIT
    )
    game = _game(name, parameters)

    found = estimate(game, parameters)

    assert (np.abs(found.values - _exact(game)) <= 4 * found.errors + 1e-6).all()
    assert found.errors.max() < 0.5 * np.abs(found.values).max()


def test_more_permutations_make_smaller_errors() -> None:
    few, many = (ShapleySamplingParameters(segments=9, permutations=count) for count in (20, 320))

    ratio = estimate(_game("plain", few), few).errors.mean() / estimate(_game("plain", many), many).errors.mean()

    assert 3 < ratio < 5, "a quarter of the error for sixteen times the work"


def test_rough_shapley_values_come_with_a_warning() -> None:
    picture = inputs("plain")[:1]
    problem, method = _problem("plain", picture, [0]), registry.get("shapley_sampling")

    rough = method.explain(problem, ShapleySamplingParameters(segments=60, permutations=2))
    sharp = method.explain(problem, ShapleySamplingParameters(segments=2, permutations=50))

    assert "standard error" in rough.warnings[0]
    assert not sharp.warnings


@pytest.mark.parametrize("name", ["plain", "branched", "grey"])
def test_kernel_shap_of_all_coalitions_is_the_full_enumeration(name: str) -> None:
    picture = inputs(name)[:1]
    game = _game(name, ShapleySamplingParameters.model_validate(_GRID))

    found = explained("kernel_shap", network(name), picture, best_units(name, picture), parameters=_GRID)

    assert difference(_blocks(found).ravel(), _exact(game)) < 1e-4


def test_kernel_shap_of_some_coalitions_is_near_the_full_enumeration() -> None:
    picture = inputs("plain")[:1]
    game = _game("plain", ShapleySamplingParameters.model_validate(_GRID))

    given = _GRID | {"coalitions": 400}
    found = explained("kernel_shap", network("plain"), picture, best_units("plain", picture), parameters=given)

    assert difference(_blocks(found).ravel(), _exact(game)) < 0.1


@pytest.mark.parametrize("segments", [1, 2, 30])
@pytest.mark.parametrize("baseline", ["grey", "blur", "uniform"])
@pytest.mark.parametrize("method", ["shapley_sampling", "kernel_shap"])
def test_relevance_adds_up_to_the_difference_from_the_baseline(method: str, baseline: str, segments: int) -> None:
    pictures, units = inputs("plain"), best_units("plain", inputs("plain"))
    given = {"segments": segments, "baseline": baseline, "quantity": "logit"}
    fewer = {"permutations": 3} if method == "shapley_sampling" else {"coalitions": 40}

    found = explained(method, network("plain"), pictures, units, parameters=given | fewer)

    parameters = ShapleySamplingParameters.model_validate(given)
    played = games(_problem("plain", pictures, units), parameters, Quantity.LOGIT)
    wanted = [everyone - none for none, everyone in (game.worth_of_none_and_all() for game in played)]
    np.testing.assert_allclose(found.sum(axis=(1, 2, 3)), wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("method", FEWER)
def test_another_seed_is_another_map_where_something_is_drawn(method: str) -> None:
    found = [
        explained(method, network("plain"), inputs("plain"), [0, 1], parameters=FEWER[method] | {"seed": seed})
        for seed in (0, 1)
    ]

    assert np.array_equal(found[0], found[1]) == (method == "occlusion")


@pytest.mark.parametrize("method", _PLAYERS)
def test_all_numbers_of_a_segment_get_the_same(method: str) -> None:
    picture = inputs("plain")[:1]

    found = explained(method, network("plain"), picture, [0], parameters=FEWER[method])[0]

    background = Background(network("plain"))
    segments = segmented(picture[0], background.input_range, Segmentation.SUPERPIXELS, 9)
    for number in range(segments.max() + 1):
        assert np.ptp(found[segments == number]) == 0


def test_masks_of_rise_agree_with_the_mean_over_many() -> None:
    pictures = inputs("plain")

    few, many = (
        explained("rise", network("plain"), pictures, [0, 1], parameters={"masks": masks, "quantity": "logit"})
        for masks in (3000, 6000)
    )

    assert np.corrcoef(few.ravel(), many.ravel())[0, 1] > 0.95


def test_marginal_contents_of_the_picture_itself_make_no_difference() -> None:
    pictures = Background(network("plain")).pictures[:1]

    given = {"sampling": "marginal", "samples": 1}
    found = explained("prediction_difference", network("plain"), pictures, [0], parameters=given)

    assert np.abs(found).max() == 0


def test_what_is_no_probability_has_no_odds() -> None:
    problem = _problem("plain", inputs("plain")[:1], [0])
    method = registry.get("prediction_difference")
    doubled = Problem(
        problem.network,
        problem.inputs,
        type(problem.selection)(problem.selection.node, problem.selection.weights - 1.0),
        problem.surroundings,
    )

    with pytest.raises(HubError, match="odds") as caught:
        method.explain(doubled, method.parameters())

    assert caught.value.reason is Reason.TARGET_INVALID


def test_odds_of_several_classes_are_those_of_their_sum() -> None:
    problem = _problem("plain", inputs("plain")[:1], [0, 1], together=True)
    method = registry.get("prediction_difference")

    relevance = method.explain(problem, method.parameters()).relevance.numpy()

    assert np.isfinite(relevance).all()
    assert np.abs(relevance).max() > 0


@pytest.mark.parametrize("segmentation", Segmentation)
@pytest.mark.parametrize("kind", ["noise", "constant", "huge"])
@pytest.mark.parametrize("shape", [(40, 30, 3), (40, 30, 1), (1, 20, 3), (20, 1, 4), (2, 2, 2)])
def test_any_picture_can_be_cut(shape: tuple[int, int, int], kind: str, segmentation: Segmentation) -> None:
    noise = np.random.default_rng(0).normal(0.0, 50.0, shape).astype(np.float32)
    picture = {"noise": noise, "constant": np.zeros_like(noise), "huge": noise * np.float32(1e6)}[kind]
    ends = InputRange(np.full(shape[-1], -120.0, np.float32), np.full(shape[-1], 135.0, np.float32))

    segments = segmented(picture, ends, segmentation, 16)

    assert segments.shape == shape[:2]
    assert set(segments.ravel()) == set(range(segments.max() + 1)), "numbered without gaps"
    assert segments.max() + 1 >= min(4, segments.size)


def test_superpixels_follow_an_edge() -> None:
    picture = np.zeros((32, 32, 3), np.float32)
    picture[:, 13:] = 255.0
    ends = InputRange(np.zeros(3, np.float32), np.full(3, 255.0, np.float32))

    segments = segmented(picture, ends, Segmentation.SUPERPIXELS, 16)

    left, right = segments[:, :12], segments[:, 14:]
    assert not set(left.ravel()) & set(right.ravel())


@pytest.mark.parametrize(
    ("shape", "window", "stride"), [((10, 7), 3, 2), ((10, 7), 20, 5), ((1, 9), 4, 4), ((5, 5), 1, 1), ((9, 9), 2, 5)]
)
def test_every_place_is_in_a_window(shape: tuple[int, int], window: int, stride: int) -> None:
    windows = Windows(shape, window, stride)

    covered = np.zeros(shape, int)
    for number in range(len(windows.corners)):
        assert covered[windows.area(number)].shape == windows.size
        covered[windows.area(number)] += 1
    assert covered.all()
    ones = np.ones((2, len(windows.corners)))
    np.testing.assert_allclose(windows.averaged(ones), np.ones((2, *shape)))
