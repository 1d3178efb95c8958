"""Explaining a batch of samples at once: those that cannot be explained are named, and do not spoil the others.

Lives in a child process.
"""

from dataclasses import dataclass, replace

import numpy as np

from domain.errors import HubError
from domain.manifests import ModelManifest
from explainer.answering import Answering
from explainer.engine import ExplanationEngine, FloatArray
from explainer.explaining import not_finite
from explainer.question import Question
from explainer.samples import PreparedSample, prepared_samples
from explainer.wanted import Wanted, wanted
from inputs.reading import Batch


@dataclass(frozen=True)
class ExplainedBatch:
    """Samples, for each what was explained or why it could not be, and maps (samples, height, width) that are NaN
    then."""

    samples: list[PreparedSample]
    found: list[Wanted | HubError]
    maps: FloatArray


def explained_batch(
    question: Question, manifest: ModelManifest, batch: Batch, engine: ExplanationEngine, answering: Answering
) -> ExplainedBatch:
    """A question put to all samples of a batch; its own sample does not matter.

    Raises:
        HubError: what is wrong with all samples.
    """
    samples = prepared_samples(engine, question.workspace, question.model, batch)
    found = [_wanted(question, manifest, sample, engine) for sample in samples]
    maps = np.full(batch.inputs.shape[:3], np.nan, np.float32)
    sound = {place: one for place, one in enumerate(found) if isinstance(one, Wanted)}
    if sound:
        rows = list(sound)
        answer = answering.answer(question, batch.inputs[rows], [one.choice for one in sound.values()])
        maps[rows] = answer.relevance.sum(axis=-1, dtype=np.float64)
    for place in sound:
        if not np.isfinite(maps[place]).all():
            found[place] = not_finite(question.method, samples[place].entry.number)
            maps[place] = np.nan
    return ExplainedBatch(samples, found, maps)


def _wanted(
    question: Question, manifest: ModelManifest, sample: PreparedSample, engine: ExplanationEngine
) -> Wanted | HubError:
    try:
        return wanted(replace(question, sample=sample.entry.number), manifest, sample, engine)
    except HubError as error:
        return error
