"""Sampling of Shapley values."""

from dataclasses import dataclass

import numpy as np
from pydantic import Field

from explainer.methods.base import Attribution, Family, Problem, Quantity
from explainer.methods.black_box.games import QUANTITY_HELP, Coalitions, Game, GameParameters, relevance_of_players
from explainer.methods.black_box.segments import DoubleArray
from explainer.methods.registry import method

_DOUBTFUL = 0.25
"""The standard error, as a share of the largest value, above which an answer warns."""


class ShapleySamplingParameters(GameParameters):
    """What can be set."""

    permutations: int = Field(
        default=40,
        ge=2,
        le=4096,
        description="How many orders of the segments are drawn: each costs a forward pass a segment. The standard "
        "error falls with the square root.",
    )
    quantity: Quantity = Field(default=Quantity.SCORE, description=QUANTITY_HELP)


@dataclass(frozen=True)
class Estimate:
    """Shapley values (players,) and their standard errors (players,)."""

    values: DoubleArray
    errors: DoubleArray


@method(
    "shapley_sampling",
    title="Shapley value sampling",
    family=Family.BLACK_BOX,
    summary="What a segment of the picture adds when segments are uncovered one by one, averaged over random orders: "
    "the relevance adds up to how much the output differs from that of the baseline.",
    paper="Castro, Gómez, Tejada 2009, Polynomial calculation of the Shapley value based on sampling, Computers & "
    "Operations Research 36(5), section 3; Štrumbelj, Kononenko 2010, An Efficient Explanation of Individual "
    "Classifications using Game Theory, JMLR 11, algorithm 1",
    parameters=ShapleySamplingParameters,
)
def shapley_sampling(problem: Problem, parameters: ShapleySamplingParameters) -> Attribution:
    """φ_i = 1/m Σ_π v(before_i(π) ∪ {i}) - v(before_i(π)), for m orders π drawn alike."""
    doubts: list[float] = []

    def solve(game: Game) -> DoubleArray:
        found = estimate(game, parameters)
        largest = float(np.abs(found.values).max())
        doubts.append(float(found.errors.max()) / largest if largest else 0.0)
        return found.values

    relevance = relevance_of_players(problem, parameters, parameters.quantity, solve)
    warning = (
        f"The values are rough: their standard error is up to {max(doubts):.0%} of the largest. Draw more permutations."
    )
    return Attribution(relevance, warnings=(warning,) if max(doubts) > _DOUBTFUL else ())


def estimate(game: Game, parameters: ShapleySamplingParameters) -> Estimate:
    """The Shapley values of a game from sampled orders, with σ_i / √m as the standard error."""
    players, count = game.players, parameters.permutations
    places = np.argsort(drawn_orders(parameters.seed, count, players), axis=1)
    none, everyone = game.worth_of_none_and_all()
    between = game.worth(_begun(places).reshape(-1, players)).reshape(count, players - 1)
    worth = np.c_[np.full(count, none), between, np.full(count, everyone)]
    added = np.take_along_axis(np.diff(worth, axis=1), places, axis=1)
    return Estimate(added.mean(axis=0), added.std(axis=0, ddof=1) / np.sqrt(count))


def drawn_orders(seed: int, count: int, players: int) -> np.ndarray:
    """Orders (count, players) of the players, all equally likely."""
    orders = np.tile(np.arange(players), (count, 1))
    return np.random.default_rng(seed).permuted(orders, axis=1)


def _begun(places: np.ndarray) -> Coalitions:
    """For each order (count, players) the coalitions (count, players - 1, players) of its first 1, 2, ... players."""
    sizes = np.arange(1, places.shape[1])
    begun: Coalitions = places[:, None, :] < sizes[:, None]
    return begun
