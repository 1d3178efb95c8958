"""From a question to a stored explanation: the part that both engines share. Lives in a child process."""

import time
from dataclasses import dataclass

import numpy as np

from backplane.artifacts import ArtifactStore
from backplane.catalogue import Catalogue
from backplane.layout import Layout
from domain.errors import HubError, Reason
from domain.explanations import ExplanationRecord, RankedClass
from domain.manifests import ModelManifest
from domain.preprocessing import ChannelOrder
from domain.samples import SampleEntry
from domain.targets import LABEL, PREDICTED, UnitTarget
from explainer.engine import ExplanationEngine, FloatArray, UnitChoice
from explainer.question import Question
from imaging.arrays import to_npy
from imaging.decode import decode
from imaging.preprocessing import prepare
from network import scores

_SHOWN_CLASSES = 5


@dataclass(frozen=True)
class _Explained:
    """What a target turned out to be: the unit, the class it stands for, its name, and its logit or activation."""

    choice: UnitChoice
    class_index: int | None
    name: str
    value: float


class Explaining:
    """Answers questions with an engine, and stores the answers.

    Args:
        store: where artifacts are.
        engine: computes.
    """

    def __init__(self, store: ArtifactStore, catalogue: Catalogue, engine: ExplanationEngine) -> None:
        self._store = store
        self._catalogue = catalogue
        self._engine = engine

    def explain(self, question: Question, digest: str) -> ExplanationRecord:
        """Computes and stores an explanation.

        Raises:
            HubError: naming what does not fit.
        """
        manifest = self._catalogue.model(question.workspace, question.model)
        entry, data = self._catalogue.sample(question.workspace, question.dataset, question.sample)
        prepared = prepare(decode(data), manifest.preprocessing, manifest.input_shape)
        begun = time.perf_counter()
        logits = self._engine.logits(question.workspace, question.model, prepared.input)
        explained = self._explained(question, manifest, entry, prepared.input, logits)
        answer = self._engine.explain(
            question.workspace,
            question.model,
            prepared.input,
            explained.choice,
            question.method,
            question.parameters,
            question.layer,
        )
        seconds = time.perf_counter() - begun
        relevance = in_picture_order(_finite(answer.relevance, question), manifest.preprocessing.channel_order)
        record = ExplanationRecord(
            id=digest,
            model=question.model,
            dataset=question.dataset,
            sample=question.sample,
            method=question.method,
            parameters=answer.parameters,
            engine=question.engine,
            target=question.target,
            target_index=explained.class_index,
            target_name=explained.name,
            target_value=explained.value,
            shape=relevance.shape,
            relevance_sum=float(relevance.sum(dtype=np.float64)),
            signed=answer.signed,
            layer=answer.layer,
            top=_top(logits, manifest),
            seconds=seconds,
            picture_size=prepared.geometry.picture_size,
            box=prepared.geometry.box,
            warnings=answer.warnings,
        )
        self._keep(question.workspace, record, relevance, answer.activation_map)
        return record

    def _explained(
        self, question: Question, manifest: ModelManifest, entry: SampleEntry, inputs: FloatArray, logits: FloatArray
    ) -> "_Explained":
        workspace, model, target = question.workspace, question.model, question.target
        if isinstance(target, UnitTarget):
            choice = UnitChoice(target.layer, target.unit)
            value = self._engine.activation(workspace, model, inputs, choice)
            return _Explained(choice, None, f"{target.layer}, unit {target.unit}", value)
        index = class_index(target, manifest, entry, logits)
        choice = UnitChoice(self._engine.output_layer(workspace, model), index)
        return _Explained(choice, index, manifest.labels.names[index], float(logits[index]))

    def _keep(
        self, workspace: str, record: ExplanationRecord, relevance: FloatArray, activation_map: FloatArray | None
    ) -> None:
        paths = Layout(workspace).explanation(record.id)
        self._store.put(paths.relevance, to_npy(relevance), "application/x-npy")
        if activation_map is not None:
            self._store.put(paths.activation_map, to_npy(activation_map), "application/x-npy")
        self._store.put(paths.record, record.model_dump_json().encode(), "application/json")


def class_index(target: str | int, manifest: ModelManifest, entry: SampleEntry, logits: FloatArray) -> int:
    """The output unit that a target names.

    Raises:
        HubError: `TARGET_INVALID` for a class that the model does not have, `LABELS_MISSING` for a sample without one.
    """
    if target == PREDICTED:
        return int(np.argmax(logits))
    if target == LABEL and entry.label is None:
        raise HubError(
            Reason.LABELS_MISSING,
            f"The sample {entry.number} has no label.",
            "Explain another target: a class, or 'predicted'.",
        )
    wanted = entry.label if target == LABEL else target
    names = manifest.labels.names
    index = wanted if isinstance(wanted, int) else manifest.labels.index_of(str(wanted))
    if index is None or not 0 <= index < len(names):
        raise HubError(
            Reason.TARGET_INVALID,
            f"The model {manifest.name!r} has no class {wanted!r}.",
            f"Name one of its {len(names)} classes, or give a number from 0 to {len(names) - 1}.",
        )
    return index


def in_picture_order(relevance: FloatArray, order: ChannelOrder) -> FloatArray:
    """Relevance with its channels in the picture's order, RGB, also where the network reads BGR."""
    return np.ascontiguousarray(relevance[..., ::-1]) if order is ChannelOrder.BGR else relevance


def _finite(relevance: FloatArray, question: Question) -> FloatArray:
    if np.isfinite(relevance).all():
        return relevance
    raise HubError(
        Reason.METHOD_NOT_APPLICABLE,
        f"{question.method} gave values that are not finite for sample {question.sample}.",
        "Try a larger stabiliser or another method.",
    )


def _top(logits: FloatArray, manifest: ModelManifest) -> tuple[RankedClass, ...]:
    values = scores.scores(logits[None], manifest.head)
    return tuple(
        RankedClass(index=int(index), name=manifest.labels.names[index], score=float(values[0, index]))
        for index in scores.best(values, _SHOWN_CLASSES)[0]
    )
