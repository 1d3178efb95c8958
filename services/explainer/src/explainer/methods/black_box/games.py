"""A picture as a cooperative game: its segments are the players, and who does not play shows the baseline."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from pydantic import Field

from explainer.engine import FloatArray
from explainer.methods.base import Parameters, Problem, Quantity
from explainer.methods.baselines import BASELINE_HELP, Baseline
from explainer.methods.black_box.segments import DoubleArray, IntArray, Segmentation, segmented, shared_out

QUANTITY_HELP = "What is watched: the logit or the score."
Coalitions = npt.NDArray[np.bool_]
"""(count, players): who plays."""


class GameParameters(Parameters):
    """What can be set for methods that cover segments."""

    segmentation: Segmentation = Field(
        default=Segmentation.SUPERPIXELS,
        description="How the picture is cut: into 'superpixels' along its edges, or into the cells of a 'grid'.",
    )
    segments: int = Field(
        default=50, ge=1, le=1024, description="Into about how many segments; a grid has the largest square below."
    )
    baseline: Baseline = Field(default=Baseline.GREY, description=BASELINE_HELP)
    seed: int = Field(default=0, ge=0, le=2**31 - 1, description="Of what is drawn: the same seed, the same map.")


@dataclass(frozen=True)
class Game:
    """A game v: a coalition is worth what is explained for the picture in which only its segments are seen.

    Attributes:
        problem: of one picture alone.
        segments: (height, width), numbered from 0.
        baseline: (1, height, width, channels), shown where nobody plays.
        quantity: what is watched.
    """

    problem: Problem
    segments: IntArray
    baseline: tf.Tensor
    quantity: Quantity

    @property
    def players(self) -> int:
        """How many segments there are."""
        return int(self.segments.max()) + 1

    def worth(self, coalitions: Coalitions) -> DoubleArray:
        """v (count,) of coalitions."""
        found, baseline = np.zeros(len(coalitions)), self.baseline.numpy()
        difference = self.problem.inputs.numpy() - baseline
        numbered = np.repeat(self.segments[..., None], difference.shape[-1], axis=-1)
        for numbers in self.problem.portions(len(coalitions)):
            # In place, since the memory for one more array of inputs takes longer to get than to fill.
            inputs = np.take(coalitions[numbers.start : numbers.stop].astype(np.float32), numbered, axis=1)
            inputs *= difference
            inputs += baseline
            rows = tf.zeros(len(numbers), tf.int32)
            found[numbers.start : numbers.stop] = self.problem.values(tf.constant(inputs), rows, self.quantity)
        return found

    def worth_of_none_and_all(self) -> tuple[float, float]:
        """v(∅), what the baseline is worth, and v(N), what the picture is worth."""
        none, everyone = self.worth(np.array([[False], [True]]).repeat(self.players, axis=1))
        return float(none), float(everyone)


def games(problem: Problem, parameters: GameParameters, quantity: Quantity) -> Iterator[Game]:
    """The game of each input."""
    baselines = tf.constant(problem.baseline(parameters.baseline, parameters.seed))
    for row, picture in enumerate(problem.inputs.numpy()):
        segments = segmented(picture, problem.input_range, parameters.segmentation, parameters.segments)
        yield Game(problem.part(range(row, row + 1)), segments, baselines[row : row + 1], quantity)


def relevance_of_players(
    problem: Problem, parameters: GameParameters, quantity: Quantity, solve: Callable[[Game], DoubleArray]
) -> tf.Tensor:
    """Relevance shaped as the inputs, for what `solve` gives each player (players,) of the game of each input."""
    channels = int(problem.inputs.shape[-1])
    shares: list[FloatArray] = [
        shared_out(solve(game), game.segments, channels) for game in games(problem, parameters, quantity)
    ]
    return tf.constant(np.stack(shares))
