"""From questions to stored explanations: the part that all engines share. Lives in a child process."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backplane.layout import Layout
from domain.errors import HubError, Reason
from domain.explanations import Engine, ExplanationRecord, RankedClass
from domain.manifests import ModelManifest
from domain.preprocessing import ChannelOrder
from explainer.engine import Answer, FloatArray
from explainer.question import Question
from explainer.samples import PreparedSample, PreparedSamples
from explainer.wanted import Wanted, wanted
from explainer.workshop import Workshop
from imaging.arrays import to_npy
from network import scores

_SHOWN_CLASSES = 5


@dataclass(frozen=True)
class _Case:
    """A question with all that is needed to answer it."""

    question: Question
    digest: str
    sample: PreparedSample
    wanted: Wanted


class Explaining:
    """Answers questions with an engine, and stores the answers.

    Args:
        equipped: the store and the engines.
        engine: the one that computes.
    """

    def __init__(self, equipped: Workshop, engine: Engine) -> None:
        self._store = equipped.store
        self._catalogue = equipped.catalogue
        self._engine = equipped.engines[engine]
        self._samples = PreparedSamples(self._catalogue, self._engine)
        self._answering = equipped.answering[engine]

    def explain(self, questions: Sequence[Question], digests: Sequence[str]) -> list[ExplanationRecord | HubError]:
        """Computes and stores explanations that differ in sample and target only.

        Returns:
            For each question its record, or what is wrong with it alone.

        Raises:
            HubError: what is wrong with all of them: model, method or parameters.
        """
        manifest = self._catalogue.model(questions[0].workspace, questions[0].model)
        cases = [self._case(question, digest, manifest) for question, digest in zip(questions, digests, strict=True)]
        sound = [case for case in cases if isinstance(case, _Case)]
        if sound:
            begun = time.perf_counter()
            answer = self._answer(sound)
            seconds = (time.perf_counter() - begun) / len(sound)
        rows = iter(range(len(sound)))
        return [
            case if isinstance(case, HubError) else self._concluded(case, manifest, answer, next(rows), seconds)
            for case in cases
        ]

    def _case(self, question: Question, digest: str, manifest: ModelManifest) -> "_Case | HubError":
        try:
            sample = self._samples.get(question.workspace, question.model, question.dataset, question.sample)
            return _Case(question, digest, sample, wanted(question, manifest, sample, self._engine))
        except HubError as error:
            return error

    def _answer(self, cases: Sequence[_Case]) -> Answer:
        inputs = np.stack([case.sample.inputs for case in cases])
        return self._answering.answer(cases[0].question, inputs, [case.wanted.choice for case in cases])

    def _concluded(
        self, case: _Case, manifest: ModelManifest, answer: Answer, row: int, seconds: float
    ) -> ExplanationRecord | HubError:
        """The record of one answer, stored with its arrays; an error if it is of no use."""
        question, sample = case.question, case.sample
        relevance = answer.relevance[row]
        if not np.isfinite(relevance).all():
            return not_finite(question.method, question.sample)
        relevance = in_picture_order(relevance, manifest.preprocessing.channel_order)
        record = ExplanationRecord(
            id=case.digest,
            model=question.model,
            dataset=question.dataset,
            sample=question.sample,
            method=question.method,
            parameters=answer.parameters,
            engine=question.engine,
            target=question.target,
            target_index=case.wanted.class_index,
            target_name=case.wanted.name,
            target_value=case.wanted.value,
            shape=relevance.shape,
            relevance_sum=float(relevance.sum(dtype=np.float64)),
            signed=answer.signed and bool((relevance < 0).any()),
            layer=answer.layer,
            top=ranked_classes(sample.logits, manifest, _SHOWN_CLASSES),
            seconds=seconds,
            picture_size=sample.geometry.picture_size,
            box=sample.geometry.box,
            warnings=answer.warnings,
        )
        activation_map = None if answer.activation_map is None else answer.activation_map[row]
        self._keep(question.workspace, record, relevance, activation_map)
        return record

    def _keep(
        self, workspace: str, record: ExplanationRecord, relevance: FloatArray, activation_map: FloatArray | None
    ) -> None:
        paths = Layout(workspace).explanation(record.id)
        self._store.put(paths.relevance, to_npy(relevance), "application/x-npy")
        if activation_map is not None:
            self._store.put(paths.activation_map, to_npy(activation_map), "application/x-npy")
        self._store.put(paths.record, record.model_dump_json().encode(), "application/json")


def in_picture_order(relevance: FloatArray, order: ChannelOrder) -> FloatArray:
    """Relevance with its channels in the picture's order, RGB, also where the network reads BGR."""
    return np.ascontiguousarray(relevance[..., ::-1]) if order is ChannelOrder.BGR else relevance


def not_finite(method: str, sample: int) -> HubError:
    """The error for relevance that is of no use."""
    return HubError(
        Reason.METHOD_NOT_APPLICABLE,
        f"{method} gave values that are not finite for sample {sample}.",
        "Try a larger stabiliser or another method.",
    )


def ranked_classes(logits: FloatArray, manifest: ModelManifest, count: int) -> tuple[RankedClass, ...]:
    """The best classes of an answer (classes,), best first."""
    values = scores.scores(logits[None], manifest.head)
    return tuple(
        RankedClass(index=int(index), name=manifest.labels.names[index], score=float(values[0, index]))
        for index in scores.best(values, count)[0]
    )
