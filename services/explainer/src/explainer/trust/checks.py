"""The checks of one map, cut into pieces of work that each take about as long as one explanation. Lives in a child
process."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from backplane.catalogue import Catalogue
from domain.errors import HubError, Reason
from domain.quality import RandomisationStep
from explainer.engine import Asked, ExplanationEngine, FloatArray
from explainer.methods.base import inputs_at_once
from explainer.methods.baselines import blurred
from explainer.trust.curves import CurveKind, Values, curve_values, random_order, relevance_order
from explainer.trust.maps import Map, pixel_map, rank_correlation, says_something
from explainer.trust.randomisation import Weights, cascade, depths, randomised
from explainer.trust.reweighting import Reweighting
from explainer.trust.stability import RADIUS, noisy_copy, relative_change
from network.description import NetworkDescription
from network.scores import scores

_MOST_AT_ONCE = 32


@dataclass(frozen=True)
class Case:
    """A map that is checked.

    Attributes:
        asked: what had been asked to get it, of one input.
        original: the map (height, width).
        seed: of all that is random in the checks.
    """

    asked: Asked
    original: Map
    seed: int


class Checks:
    """Computes the pieces. For one thread.

    Args:
        catalogue: where networks are described.
        engine: the one that explains.
        reweighting: explains with other weights.
        batch_memory_bytes: what the activations of pictures that run at once may take.
    """

    def __init__(
        self, catalogue: Catalogue, engine: ExplanationEngine, reweighting: Reweighting, batch_memory_bytes: int
    ) -> None:
        self._catalogue = catalogue
        self._engine = engine
        self._reweighting = reweighting
        self._batch_memory_bytes = batch_memory_bytes

    def depths(self, case: Case) -> tuple[int, tuple[int, ...]]:
        """How many layers with weights the explained value depends on, and how many of them get random ones at each
        step.

        Raises:
            HubError: `METHOD_NOT_APPLICABLE` for a map in which there is nothing to check.
        """
        if not says_something(case.original):
            raise HubError(
                Reason.METHOD_NOT_APPLICABLE,
                "The map is everywhere the same: there is nothing in it to check.",
                "Explain another target, or by another method.",
            )
        count = len(cascade(self._description(case), case.asked.choices[0].layer))
        return count, depths(count)

    def randomised(self, case: Case, depth: int) -> RandomisationStep:
        """The map of the network with its topmost `depth` layers at random, held against the map."""
        asked = case.asked

        def explain(changed: Weights) -> Map:
            return pixel_map(self._reweighting.explain(asked, changed).relevance[0])

        return randomised(
            explain,
            self._reweighting.weights(asked.workspace, asked.model),
            cascade(self._description(case), asked.choices[0].layer)[:depth],
            case.original,
            case.seed,
        )

    def curve(self, case: Case, kind: CurveKind, number: int | None) -> Values:
        """The deletion or insertion curve of the map, or of random order `number`."""
        picture = case.asked.inputs[0]
        order = (
            relevance_order(case.original, case.seed)
            if number is None
            else random_order(case.original.size, case.seed, number)
        )
        if kind is CurveKind.DELETION:
            ends = picture, np.broadcast_to(picture.mean(axis=(0, 1)), picture.shape)
        else:
            ends = blurred(picture[None])[0], picture
        return curve_values(self._answers(case), *ends, order)

    def disturbed(self, case: Case, number: int) -> tuple[float, float]:
        """How much the map changes for a noisy copy of the picture, and its rank correlation with the map then."""
        asked = case.asked
        range_ = asked.surroundings.input_range
        copy = noisy_copy(asked.inputs[0], range_.black, range_.white, RADIUS, case.seed, number)
        found = pixel_map(self._engine.explain(replace(asked, inputs=copy[None])).relevance[0])
        if not np.isfinite(found).all():
            raise HubError(
                Reason.METHOD_NOT_APPLICABLE,
                f"{asked.method} gives values that are not finite for a noisy copy of the picture.",
                "Try a larger stabiliser or another method.",
            )
        return relative_change(case.original, found), rank_correlation(case.original, found)

    def _answers(self, case: Case) -> Callable[[FloatArray], FloatArray]:
        """What gives the score of what is explained, or the value of the unit, for each picture (count,)."""
        largest = self._description(case).largest_activation
        portion = min(_MOST_AT_ONCE, inputs_at_once(2 * largest, self._batch_memory_bytes))

        def answers(pictures: FloatArray) -> FloatArray:
            begins = range(0, len(pictures), portion)
            return np.concatenate([self._portion(case.asked, pictures[begin : begin + portion]) for begin in begins])

        return answers

    def _portion(self, asked: Asked, pictures: FloatArray) -> FloatArray:
        choice = asked.choices[0]
        if choice.layer != self._engine.output_layer(asked.workspace, asked.model):
            return self._engine.activations(asked.workspace, asked.model, pictures, [choice] * len(pictures))
        found = scores(self._engine.logits(asked.workspace, asked.model, pictures), asked.surroundings.head)
        chosen = found[:, list(choice.units)] if choice.units else found
        return np.asarray(chosen.sum(axis=1), np.float32)

    def _description(self, case: Case) -> NetworkDescription:
        data = self._catalogue.description(case.asked.workspace, case.asked.model)
        return NetworkDescription.model_validate_json(data)
