"""Checking the explanations of whole shards for runs. Lives in a child process."""

import time
from dataclasses import replace

import numpy as np

from backplane.catalogue import Catalogue
from backplane.results import Results
from domain.errors import Category, HubError
from domain.manifests import ModelManifest
from domain.quality import AssessedSample, AssessedShard, Curve, Quality, Randomisation
from domain.relevance import Refusal
from explainer.answering import Answering
from explainer.engine import ExplanationEngine
from explainer.explained_batch import explained_batch
from explainer.question import Question
from explainer.trust import curves
from explainer.trust.checks import Case, Checks
from explainer.trust.conclusion import EDITION, SEED, concluded
from explainer.trust.cost import NOISY_COPIES, RANDOM_ORDERS
from explainer.trust.curves import CurveKind
from explainer.trust.stability import stability
from inputs.reading import Batch, Inputs

_OURS = {Category.UNAVAILABLE, Category.INTERNAL}
"""Failures that say nothing about a sample: the shard is tried again."""


class AssessedShards:
    """Checks the explanations of shards, and stores what is found: for each sample what `trust` finds out about one.

    Args:
        catalogue: where models and data sets are.
        engine: computes.
        inputs: the samples, in batches.
        answering: puts questions to the engine.
        checks: computes the pieces of the checks.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        engine: ExplanationEngine,
        inputs: Inputs,
        answering: Answering,
        checks: Checks,
    ) -> None:
        self._catalogue = catalogue
        self._engine = engine
        self._inputs = inputs
        self._answering = answering
        self._checks = checks

    def assess(self, question: Question, digest: str, shard: int) -> int:
        """Checks a shard and stores what is found; returns how many samples it holds.

        Args:
            question: asked of every sample; its own sample does not matter.
            digest: of what is asked, under which the shard is stored.
            shard: its number.

        Raises:
            HubError: what is wrong with all samples; what is wrong with one is said in the record.
        """
        workspace, model, dataset = question.workspace, question.model, question.dataset
        manifest = self._catalogue.model(workspace, model)
        samples: list[AssessedSample] = []
        for batch in self._inputs.shard(workspace, model, dataset, shard):
            samples += self._assessed(question, manifest, batch)
        record = AssessedShard(edition=EDITION, samples=tuple(samples)).model_dump_json().encode()
        path = Results(workspace, dataset, model).quality_part(digest, shard)
        self._catalogue.store.put(path, record, "application/json")
        return len(samples)

    def _assessed(self, question: Question, manifest: ModelManifest, batch: Batch) -> list[AssessedSample]:
        explained = explained_batch(question, manifest, batch, self._engine, self._answering)
        noted = []
        for sample, found, relevance in zip(explained.samples, explained.found, explained.maps, strict=True):
            of_sample = replace(question, sample=sample.entry.number)
            try:
                if isinstance(found, HubError):
                    raise found
                asked = self._answering.asked(of_sample, sample.inputs[None], [found.choice])
                case = Case(asked, relevance.astype(np.float64), SEED)
                quality = self._quality(of_sample.digest(manifest.network_digest), case)
            except HubError as error:
                if error.reason.category in _OURS:
                    raise
                refusal = Refusal(reason=error.reason, detail=error.message, advice=error.advice)
                noted.append(AssessedSample(sample=of_sample.sample, refusal=refusal))
            else:
                noted.append(AssessedSample(sample=of_sample.sample, quality=quality))
        return noted

    def _quality(self, explanation: str, case: Case) -> Quality:
        begun = time.perf_counter()
        stages, depths = self._checks.depths(case)
        steps = tuple(self._checks.randomised(case, depth) for depth in depths)
        return concluded(
            explanation,
            Randomisation(stages=stages, steps=steps),
            self._curve(case, CurveKind.DELETION),
            self._curve(case, CurveKind.INSERTION),
            stability([self._checks.disturbed(case, number) for number in range(NOISY_COPIES)]),
            time.perf_counter() - begun,
        )

    def _curve(self, case: Case, kind: CurveKind) -> Curve:
        random = [self._checks.curve(case, kind, number) for number in range(RANDOM_ORDERS)]
        return curves.curve(curves.BASELINES[kind], self._checks.curve(case, kind, None), random)
