"""What a target turns out to be for one sample: the units that are explained, what they stand for, and their value."""

from dataclasses import dataclass

import numpy as np

from domain.errors import HubError, Reason
from domain.manifests import ModelManifest
from domain.samples import SampleEntry
from domain.targets import LABEL, PREDICTED, ClassTarget, UnitTarget
from explainer.engine import ExplanationEngine, FloatArray, UnitChoice
from explainer.question import Question
from explainer.samples import PreparedSample


@dataclass(frozen=True)
class Wanted:
    """What is explained.

    Attributes:
        choice: the units.
        class_index: the class that they stand for, if it is one.
        name: in words.
        value: the logit, the sum of logits, or the activation.
    """

    choice: UnitChoice
    class_index: int | None
    name: str
    value: float


def wanted(question: Question, manifest: ModelManifest, sample: PreparedSample, engine: ExplanationEngine) -> Wanted:
    """What the target of a question is for its sample.

    Raises:
        HubError: `TARGET_INVALID`, `LABELS_MISSING`, `LAYER_UNKNOWN`, naming what there is not.
    """
    target, workspace, model = question.target, question.workspace, question.model
    if isinstance(target, UnitTarget):
        choice = unit_choice(target)
        value = engine.activations(workspace, model, sample.inputs[None], [choice])[0]
        return Wanted(choice, None, str(target), float(value))
    targets = target if isinstance(target, tuple) else (target,)
    # Named twice, a class is still explained once.
    indices = tuple(dict.fromkeys(class_index(one, manifest, sample.entry, sample.logits) for one in targets))
    name = " + ".join(manifest.labels.names[index] for index in indices)
    choice = UnitChoice(engine.output_layer(workspace, model), indices)
    value = sample.logits[list(indices)].sum(dtype=np.float64)
    return Wanted(choice, indices[0] if len(indices) == 1 else None, name, float(value))


def unit_choice(target: UnitTarget) -> UnitChoice:
    """What a target inside the network names."""
    return UnitChoice(target.layer, () if target.unit is None else (target.unit,), target.position)


def class_index(target: ClassTarget, manifest: ModelManifest, entry: SampleEntry, logits: FloatArray) -> int:
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
    return named_class(str(entry.label) if target == LABEL else target, manifest)


def named_class(named: ClassTarget, manifest: ModelManifest) -> int:
    """The output unit of a class by index or name.

    Raises:
        HubError: `TARGET_INVALID`.
    """
    names = manifest.labels.names
    index = named if isinstance(named, int) else manifest.labels.index_of(named)
    if index is None or not 0 <= index < len(names):
        raise HubError(
            Reason.TARGET_INVALID,
            f"The model {manifest.name!r} has no class {named!r}.",
            f"Name one of its {len(names)} classes, or give a number from 0 to {len(names) - 1}.",
        )
    return index
