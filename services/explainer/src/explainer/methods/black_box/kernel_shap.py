"""KernelSHAP."""

from math import comb

import numpy as np
from pydantic import Field

from explainer.methods.base import Attribution, Family, Problem, Quantity
from explainer.methods.black_box.games import QUANTITY_HELP, Coalitions, Game, GameParameters, relevance_of_players
from explainer.methods.black_box.segments import DoubleArray
from explainer.methods.registry import method


class KernelShapParameters(GameParameters):
    """What can be set."""

    coalitions: int = Field(
        default=2048,
        ge=2,
        le=65536,
        description="How many sets of segments are tried, in pairs of a set and the rest: each costs a forward pass. "
        "If there are no more than that, all are, and the values are exact.",
    )
    quantity: Quantity = Field(default=Quantity.LOGIT, description=QUANTITY_HELP)


@method(
    "kernel_shap",
    title="KernelSHAP",
    family=Family.BLACK_BOX,
    summary="Shapley values of the segments of the picture by weighted regression: a linear model of which segments "
    "are seen, fitted so that it adds up to how much the output differs from that of the baseline.",
    paper="Lundberg, Lee 2017, A Unified Approach to Interpreting Model Predictions, NeurIPS, arXiv:1705.07874, "
    "theorem 2; coalitions drawn in pairs as in Covert, Lee 2021, Improving KernelSHAP, AISTATS, arXiv:2012.01536",
    parameters=KernelShapParameters,
)
def kernel_shap(problem: Problem, parameters: KernelShapParameters) -> Attribution:
    """φ = argmin Σ_z π(z) (v(∅) + Σ_i z_i φ_i - v(z))² with Σ_i φ_i = v(N) - v(∅), where for M players
    π(z) = (M - 1) / (C(M, |z|) |z| (M - |z|))."""

    def solve(game: Game) -> DoubleArray:
        none, everyone = game.worth_of_none_and_all()
        coalitions, weights = _tried(game.players, parameters)
        return _fitted(coalitions, weights, game.worth(coalitions) - none, everyone - none)

    return Attribution(relevance_of_players(problem, parameters, parameters.quantity, solve))


def _fitted(coalitions: Coalitions, weights: DoubleArray, worth: DoubleArray, whole: float) -> DoubleArray:
    """Weighted least squares with Σφ = whole.

    φ is an equal share of the whole for everybody, and a rest that adds up to nothing. Of all rests that fit equally
    well, when too few coalitions were tried, the smallest is taken.
    """
    players, root = coalitions.shape[1], np.sqrt(weights)
    share, seen = whole / players, coalitions.astype(np.float64)
    centred = seen - seen.mean(axis=1, keepdims=True)
    rest = np.linalg.lstsq(root[:, None] * centred, root * (worth - share * seen.sum(axis=1)), rcond=None)[0]
    return np.asarray(share + rest - rest.mean())


def _tried(players: int, parameters: KernelShapParameters) -> tuple[Coalitions, DoubleArray]:
    """All coalitions but none and everybody, with the weight of the kernel; or some, drawn with it as probability."""
    if 2**players - 2 <= parameters.coalitions:
        numbers = np.arange(1, max(2**players - 1, 1))
        every: Coalitions = (numbers[:, None] >> np.arange(players)) % 2 == 1
        sizes = every.sum(axis=1)
        weights = [(players - 1) / (comb(players, int(size)) * size * (players - size)) for size in sizes]
        return every, np.array(weights)
    drawn = drawn_coalitions(parameters.seed, parameters.coalitions // 2, players)
    return drawn, np.ones(len(drawn))


def drawn_coalitions(seed: int, pairs: int, players: int) -> Coalitions:
    """Coalitions (2 pairs, players) with π(z) as probability, and after all of them what each leaves out."""
    random, sizes = np.random.default_rng(seed), np.arange(1, players)
    chances = 1.0 / (sizes * (players - sizes))
    chosen = random.choice(sizes, size=(pairs, 1), p=chances / chances.sum())
    places = random.permuted(np.tile(np.arange(players), (pairs, 1)), axis=1)
    return np.concatenate([places < chosen, places >= chosen])
