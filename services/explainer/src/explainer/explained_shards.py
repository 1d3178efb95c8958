"""Explaining whole shards for runs: maps in chunks that can be streamed, and coarse ones that can be compared.

Lives in a child process.
"""

from dataclasses import dataclass

import numpy as np

from backplane.catalogue import Catalogue
from backplane.results import Results
from domain.errors import HubError
from domain.manifests import ModelManifest
from domain.relevance import COARSE_SIDE, ExplainedSample, ExplainedShard, Refusal
from explainer.answering import Answering
from explainer.engine import ExplanationEngine, FloatArray
from explainer.explained_batch import explained_batch
from explainer.explaining import ranked_classes
from explainer.question import Question
from explainer.samples import PreparedSample
from explainer.wanted import Wanted
from imaging.arrays import to_npy
from imaging.geometry import Geometry
from inputs.reading import Batch, Inputs

_NPY = "application/x-npy"


@dataclass(frozen=True)
class _Chunk:
    """Explained samples with their maps (samples, height, width) and (samples, rows, columns)."""

    samples: list[ExplainedSample]
    maps: FloatArray
    coarse: FloatArray


class ExplainedShards:
    """Explains the shards of data sets, and stores what comes out.

    Args:
        catalogue: where models and data sets are.
        engine: computes.
        inputs: the samples, in batches of `CHUNK_SAMPLES`.
        answering: puts questions to the engine.
    """

    def __init__(self, catalogue: Catalogue, engine: ExplanationEngine, inputs: Inputs, answering: Answering) -> None:
        self._catalogue = catalogue
        self._store = catalogue.store
        self._engine = engine
        self._inputs = inputs
        self._answering = answering

    def explain(self, question: Question, digest: str, shard: int) -> int:
        """Explains a shard and stores it, as `domain.relevance` says; returns how many samples it holds.

        Args:
            question: asked of every sample; its own sample does not matter.
            digest: of what is asked, under which the shard is stored.
            shard: its number.

        Raises:
            HubError: what is wrong with all samples; what is wrong with one is said in the record.
        """
        workspace, model, dataset = question.workspace, question.model, question.dataset
        manifest = self._catalogue.model(workspace, model)
        paths = Results(workspace, dataset, model).relevance(digest)
        samples: list[ExplainedSample] = []
        coarse: list[FloatArray] = []
        for number, batch in enumerate(self._inputs.shard(workspace, model, dataset, shard)):
            chunk = self._explained(question, manifest, batch)
            self._store.put(paths.chunk(shard, number), to_npy(chunk.maps), _NPY)
            samples += chunk.samples
            coarse.append(chunk.coarse)
        height, width, _ = manifest.input_shape
        record = ExplainedShard(height=height, width=width, samples=tuple(samples))
        self._store.put(paths.coarse(shard), to_npy(np.concatenate(coarse)), _NPY)
        self._store.put(paths.record(shard), record.model_dump_json().encode(), "application/json")
        return len(samples)

    def _explained(self, question: Question, manifest: ModelManifest, batch: Batch) -> _Chunk:
        explained = explained_batch(question, manifest, batch, self._engine, self._answering)
        rows = zip(explained.samples, explained.found, explained.maps, strict=True)
        return _Chunk(
            samples=[_noted(*row, manifest) for row in rows],
            maps=explained.maps,
            coarse=np.stack([coarse(*row) for row in zip(explained.maps, batch.geometries, strict=True)]),
        )


def coarse(relevance: FloatArray, geometry: Geometry) -> FloatArray:
    """A map (height, width) on the common grid over the whole picture; NaN where the network did not see it."""
    if np.isnan(relevance).any():
        return np.full((COARSE_SIDE, COARSE_SIDE), np.nan, np.float32)
    return geometry.place(relevance, (COARSE_SIDE, COARSE_SIDE))


def _noted(
    sample: PreparedSample, found: "Wanted | HubError", relevance: FloatArray, manifest: ModelManifest
) -> ExplainedSample:
    (predicted,) = ranked_classes(sample.logits, manifest, 1)
    if isinstance(found, HubError):
        refusal = Refusal(reason=found.reason, detail=found.message, advice=found.advice)
        return ExplainedSample(sample=sample.entry.number, predicted=predicted, refusal=refusal)
    return ExplainedSample(
        sample=sample.entry.number,
        predicted=predicted,
        target_index=found.class_index,
        target_name=found.name,
        target_value=found.value,
        relevance_sum=float(relevance.sum(dtype=np.float64)),
    )
