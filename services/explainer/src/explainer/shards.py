"""What the service does for runs, whoever asks: the worker is a thin skin over this."""

import asyncio
from collections.abc import Callable
from functools import partial

from backplane.artifacts import ArtifactMissingError, ArtifactStore
from backplane.catalogue import Catalogue
from backplane.children import Child
from backplane.results import Results
from domain.quality import AssessedShard
from explainer import run_child
from explainer.question import Question
from explainer.trust.conclusion import EDITION


class Shards:
    """The shards of runs that explain, check explanations or fit patterns.

    Args:
        store: where artifacts are.
        runs: the child process for them, so that explanations that somebody waits for never wait behind runs.
        shard_seconds: how long one shard may take.
    """

    def __init__(self, store: ArtifactStore, runs: Child, shard_seconds: float) -> None:
        self._store = store
        self._catalogue = Catalogue(store)
        self._runs = runs
        self._shard_seconds = shard_seconds

    async def explain(self, question: Question, digest: str, shard: int) -> int:
        """Explains a shard, unless it is there already; returns how many samples it holds."""
        record = Results(question.workspace, question.dataset, question.model).relevance(digest).record(shard)
        compute = partial(run_child.explain_shard, question, digest, shard)
        return await self._present(record, compute, question.workspace, question.dataset, shard)

    async def assess(self, question: Question, digest: str, shard: int) -> int:
        """Checks the explanations of a shard, unless that was done already; returns how many samples it holds."""
        part = Results(question.workspace, question.dataset, question.model).quality_part(digest, shard)
        compute = partial(run_child.assess_shard, question, digest, shard)
        if await asyncio.to_thread(self._is_of_older_checks, part):
            return await self._runs.run(self._shard_seconds, compute)
        return await self._present(part, compute, question.workspace, question.dataset, shard)

    async def fit_patterns(self, workspace: str, model: str, dataset: str, shard: int) -> int:
        """Gathers what patterns are fitted from, unless it is there already; returns how many samples it is of."""
        part = Results(workspace, dataset, model).pattern_statistics_part(shard)
        compute = partial(run_child.fit_patterns, workspace, model, dataset, shard)
        return await self._present(part, compute, workspace, dataset, shard)

    def _is_of_older_checks(self, part: str) -> bool:
        try:
            stored = self._store.get(part)
        except ArtifactMissingError:
            return False
        return AssessedShard.model_validate_json(stored).edition != EDITION

    async def _present(self, key: str, compute: Callable[[], int], workspace: str, dataset: str, shard: int) -> int:
        if await asyncio.to_thread(self._store.exists, key):
            return len(await asyncio.to_thread(self._catalogue.index, workspace, dataset, shard))
        return await self._runs.run(self._shard_seconds, compute)
