"""LIME."""

import numpy as np
from pydantic import Field
from sklearn.linear_model import Ridge

from explainer.methods.base import Attribution, Family, Problem, Quantity
from explainer.methods.black_box.games import QUANTITY_HELP, Coalitions, Game, GameParameters, relevance_of_players
from explainer.methods.black_box.segments import DoubleArray
from explainer.methods.registry import method


class LimeParameters(GameParameters):
    """What can be set."""

    samples: int = Field(
        default=1000, ge=2, le=65536, description="How many versions of the picture, half of it covered, are tried."
    )
    kernel_width: float = Field(
        default=0.25,
        gt=0,
        le=100,
        description="How far from the picture a version still counts: the distance is 0 with all segments and 1 with "
        "none.",
    )
    penalty: float = Field(
        default=1.0, gt=0, le=1e6, description="Of the squared coefficients: the larger, the nearer to zero they stay."
    )
    quantity: Quantity = Field(default=Quantity.SCORE, description=QUANTITY_HELP)


@method(
    "lime",
    title="LIME",
    family=Family.BLACK_BOX,
    summary="A linear model of which superpixels are seen, fitted to the output near the picture: its coefficients are "
    "the relevance. No superpixel is left out of the model beforehand.",
    paper="Ribeiro, Singh, Guestrin 2016, Why Should I Trust You? Explaining the Predictions of Any Classifier, KDD, "
    "arXiv:1602.04938, eq. 2; distance, width and penalty as in the authors' code",
    parameters=LimeParameters,
)
def lime(problem: Problem, parameters: LimeParameters) -> Attribution:
    """w = argmin Σ_z π(z) (f(z) - w₀ - w·z)² + λ‖w‖², with π(z) = √exp(-D² / σ²) and D = 1 - √(|z| / M) the cosine
    distance of z from the M ones that are the picture."""

    def solve(game: Game) -> DoubleArray:
        seen = drawn_versions(parameters.seed, parameters.samples, game.players)
        worth = game.worth(seen)
        distances = 1.0 - np.sqrt(seen.mean(axis=1))
        weights = np.sqrt(np.exp(-((distances / parameters.kernel_width) ** 2)))
        model = Ridge(alpha=parameters.penalty)
        # The intercept takes up what is subtracted: without it, a constant output would leave its rounding behind.
        model.fit(seen.astype(np.float64), worth - worth[0], sample_weight=weights)
        return np.asarray(model.coef_, np.float64)

    return Attribution(relevance_of_players(problem, parameters, parameters.quantity, solve))


def drawn_versions(seed: int, count: int, players: int) -> Coalitions:
    """Which segments are seen (count, players): all of them first, then each with probability ½."""
    drawn = np.random.default_rng(seed).random((count, players)) < 0.5
    drawn[0] = True
    return drawn
