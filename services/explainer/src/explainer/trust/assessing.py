"""The checks of one explanation, cut into pieces of work that each take about as long as one explanation. Lives in a
child process; what it keeps between pieces, it can find again."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from backplane.layout import Layout
from domain.errors import HubError, Reason
from domain.explanations import Engine
from domain.quality import RandomisationStep
from explainer.engine import Asked, FloatArray
from explainer.methods.base import inputs_at_once
from explainer.methods.baselines import blurred
from explainer.samples import PreparedSamples
from explainer.trust.curves import CurveKind, Values, curve_values, random_order, relevance_order
from explainer.trust.maps import Map, pixel_map, rank_correlation, says_something
from explainer.trust.randomisation import Weights, cascade, depths, randomised
from explainer.trust.reweighting import Reweighting
from explainer.trust.stability import RADIUS, noisy_copy, relative_change
from explainer.trust.subject import Subject
from explainer.wanted import wanted
from explainer.workshop import Workshop
from imaging.arrays import from_npy
from network.description import NetworkDescription
from network.scores import scores

_MOST_AT_ONCE = 32


class Assessing:
    """Computes the pieces. For one thread.

    Args:
        equipped: the store and the engines.
        engine: the one that explains.
        reweighting: explains with other weights.
        batch_memory_bytes: what the activations of pictures that run at once may take.
    """

    def __init__(
        self,
        equipped: Workshop,
        engine: Engine,
        reweighting: Reweighting,
        batch_memory_bytes: int,
    ) -> None:
        self._batch_memory_bytes = batch_memory_bytes
        self._store = equipped.store
        self._catalogue = equipped.catalogue
        self._engine = equipped.engines[engine]
        self._answering = equipped.answering[engine]
        self._reweighting = reweighting
        self._samples = PreparedSamples(self._catalogue, self._engine)
        self._original = lru_cache(maxsize=4)(self._read_original)

    def depths(self, subject: Subject) -> tuple[int, tuple[int, ...]]:
        """How many layers with weights the explained value depends on, and how many of them get random ones at each
        step.

        Raises:
            HubError: `METHOD_NOT_APPLICABLE` for a map in which there is nothing to check.
        """
        if not says_something(self._original(subject.workspace, subject.record.id)):
            raise HubError(
                Reason.METHOD_NOT_APPLICABLE,
                "The map is everywhere the same: there is nothing in it to check.",
                "Explain another target, or by another method.",
            )
        count = len(cascade(self._description(subject), self._asked(subject).choices[0].layer))
        return count, depths(count)

    def randomised(self, subject: Subject, depth: int) -> RandomisationStep:
        """The map of the network with its topmost `depth` layers at random, held against the map."""
        asked, record = self._asked(subject), subject.record

        def explain(changed: Weights) -> Map:
            return pixel_map(self._reweighting.explain(asked, changed).relevance[0])

        return randomised(
            explain,
            self._reweighting.weights(subject.workspace, record.model),
            cascade(self._description(subject), asked.choices[0].layer)[:depth],
            self._original(subject.workspace, record.id),
            subject.seed,
        )

    def curve(self, subject: Subject, kind: CurveKind, number: int | None) -> Values:
        """The deletion or insertion curve of the map, or of random order `number`."""
        asked = self._asked(subject)
        picture = asked.inputs[0]
        original = self._original(subject.workspace, subject.record.id)
        order = (
            relevance_order(original, subject.seed)
            if number is None
            else random_order(original.size, subject.seed, number)
        )
        if kind is CurveKind.DELETION:
            ends = picture, np.broadcast_to(picture.mean(axis=(0, 1)), picture.shape)
        else:
            ends = blurred(picture[None])[0], picture
        return curve_values(lambda pictures: self._answers(subject, asked, pictures), *ends, order)

    def disturbed(self, subject: Subject, number: int) -> tuple[float, float]:
        """How much the map changes for a noisy copy of the picture, and its rank correlation with the map then."""
        asked = self._asked(subject)
        range_ = asked.surroundings.input_range
        copy = noisy_copy(asked.inputs[0], range_.black, range_.white, RADIUS, subject.seed, number)
        found = pixel_map(self._engine.explain(replace(asked, inputs=copy[None])).relevance[0])
        if not np.isfinite(found).all():
            raise HubError(
                Reason.METHOD_NOT_APPLICABLE,
                f"{asked.method} gives values that are not finite for a noisy copy of the picture.",
                "Try a larger stabiliser or another method.",
            )
        original = self._original(subject.workspace, subject.record.id)
        return relative_change(original, found), rank_correlation(original, found)

    def _answers(self, subject: Subject, asked: Asked, pictures: FloatArray) -> FloatArray:
        """The score of what is explained, or the value of the unit, for each picture (count,)."""
        largest = self._description(subject).largest_activation
        portion = min(_MOST_AT_ONCE, inputs_at_once(2 * largest, self._batch_memory_bytes))
        parts = [
            self._portion_of_answers(asked, pictures[begin : begin + portion])
            for begin in range(0, len(pictures), portion)
        ]
        return np.concatenate(parts)

    def _portion_of_answers(self, asked: Asked, pictures: FloatArray) -> FloatArray:
        choice = asked.choices[0]
        if choice.layer != self._engine.output_layer(asked.workspace, asked.model):
            return self._engine.activations(asked.workspace, asked.model, pictures, [choice] * len(pictures))
        found = scores(self._engine.logits(asked.workspace, asked.model, pictures), asked.surroundings.head)
        chosen = found[:, list(choice.units)] if choice.units else found
        return np.asarray(chosen.sum(axis=1), np.float32)

    def _asked(self, subject: Subject) -> Asked:
        question, workspace = subject.question, subject.workspace
        manifest = self._catalogue.model(workspace, question.model)
        sample = self._samples.get(workspace, question.model, question.dataset, question.sample)
        choice = wanted(question, manifest, sample, self._engine).choice
        return self._answering.asked(question, sample.inputs[None], [choice])

    def _description(self, subject: Subject) -> NetworkDescription:
        return NetworkDescription.model_validate_json(
            self._catalogue.description(subject.workspace, subject.record.model)
        )

    def _read_original(self, workspace: str, explanation: str) -> Map:
        return pixel_map(from_npy(self._store.get(Layout(workspace).explanation(explanation).relevance)))
