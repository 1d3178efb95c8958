"""Assessing explanations: each once, piece by piece in a process of its own, and only while somebody waits for it."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from backplane.artifacts import ArtifactMissingError, ArtifactStore
from backplane.children import Child
from backplane.layout import Layout
from backplane.telemetry import get_logger
from domain.errors import HubError, Reason
from domain.explanations import Engine, ExplanationRecord
from domain.quality import Curve, Quality, Randomisation
from explainer.trust import child, curves, stability
from explainer.trust.conclusion import EDITION, SEED, concluded
from explainer.trust.cost import NOISY_COPIES, RANDOM_ORDERS, refuse_impatience
from explainer.trust.curves import CurveKind
from explainer.trust.subject import Subject

PATIENCE_SECONDS = 120.0
_log = get_logger(__name__)

Result = TypeVar("Result")


@dataclass
class _Work:
    """An assessment under way; `waiting` counts who wants it."""

    task: "asyncio.Task[Quality]"
    waiting: int = 0


class Assessments:
    """The quality of explanations, computed once and then read from the store.

    Args:
        store: where artifacts are.
        children: for explanations of each engine a process that assesses; other work must not wait for it.
        piece_seconds: how long one piece of work may take.
    """

    def __init__(self, store: ArtifactStore, children: Mapping[Engine, Child], piece_seconds: float) -> None:
        self._store = store
        self._children = children
        self._piece_seconds = piece_seconds
        self._under_way: dict[tuple[str, str], _Work] = {}

    async def assess(
        self, workspace: str, explanation: str, patience_seconds: float = PATIENCE_SECONDS
    ) -> tuple[Quality, bool]:
        """The quality of an explanation, and whether it was there before.

        Asked for twice at once, it is computed once. When nobody waits for it any longer, it ends with the piece of
        work that is under way.

        Args:
            workspace: of the explanation.
            explanation: its id.
            patience_seconds: what is expected to take longer is refused.

        Raises:
            HubError: `EXPLANATION_NOT_FOUND`, `TOO_LARGE` if it would take too long, `METHOD_NOT_APPLICABLE` if there
                is nothing in the map to check.
        """
        if not (explanation.isalnum() and explanation.isascii()):
            raise _missing(explanation)
        stored = await asyncio.to_thread(self._stored, workspace, explanation)
        if stored is not None:
            return stored, True
        key = (workspace, explanation)
        if key not in self._under_way:
            record = await asyncio.to_thread(self._record, workspace, explanation)
            refuse_impatience(record, patience_seconds)
        # Looked up again: somebody may have begun it while the record was read.
        work = self._under_way.get(key) or self._begun(Subject(workspace, record, SEED))
        work.waiting += 1
        try:
            return await asyncio.shield(work.task), False
        finally:
            work.waiting -= 1

    def _begun(self, subject: Subject) -> _Work:
        key = (subject.workspace, subject.record.id)
        task = asyncio.create_task(self._assessed(subject))
        work = self._under_way[key] = _Work(task)
        task.add_done_callback(lambda _: self._forgotten(key, work))
        return work

    def _forgotten(self, key: tuple[str, str], work: _Work) -> None:
        if self._under_way.get(key) is work:
            del self._under_way[key]

    async def _assessed(self, subject: Subject) -> Quality:
        begun = time.perf_counter()
        stages, depths = await self._piece(subject, child.depths)
        deletion = await self._curve(subject, CurveKind.DELETION)
        insertion = await self._curve(subject, CurveKind.INSERTION)
        steps = [await self._piece(subject, child.randomised, depth) for depth in depths]
        changes = [await self._piece(subject, child.disturbed, number) for number in range(NOISY_COPIES)]
        quality = concluded(
            subject.record.id,
            Randomisation(stages=stages, steps=tuple(steps)),
            deletion,
            insertion,
            stability.stability(changes),
            time.perf_counter() - begun,
        )
        await asyncio.to_thread(self._keep, subject.workspace, quality)
        return quality

    async def _curve(self, subject: Subject, kind: CurveKind) -> Curve:
        values = await self._piece(subject, child.curve, kind, None)
        random = [await self._piece(subject, child.curve, kind, number) for number in range(RANDOM_ORDERS)]
        return curves.curve(curves.BASELINES[kind], values, random)

    async def _piece(self, subject: Subject, function: Callable[..., Result], *arguments: Any) -> Result:
        """One piece of work in the child, if anybody still wants it.

        Only between pieces is it given up: to cancel one would cost the process, with the networks that it has loaded.
        """
        key = (subject.workspace, subject.record.id)
        if not self._under_way[key].waiting:
            # Whoever asks from now on begins it anew.
            del self._under_way[key]
            _log.info("assessment given up", explanation=subject.record.id)
            raise HubError(Reason.TIMED_OUT, "Nobody waits for the assessment any longer.", "Ask for it again.")
        process = self._children[subject.record.engine]
        return await process.run(self._piece_seconds, function, subject, *arguments)

    def _stored(self, workspace: str, explanation: str) -> Quality | None:
        try:
            document = self._store.get(Layout(workspace).explanation(explanation).quality)
        except ArtifactMissingError:
            return None
        quality = Quality.model_validate_json(document)
        return quality if quality.edition == EDITION else None

    def _record(self, workspace: str, explanation: str) -> ExplanationRecord:
        try:
            document = self._store.get(Layout(workspace).explanation(explanation).record)
        except ArtifactMissingError as error:
            raise _missing(explanation) from error
        return ExplanationRecord.model_validate_json(document)

    def _keep(self, workspace: str, quality: Quality) -> None:
        key = Layout(workspace).explanation(quality.explanation).quality
        self._store.put(key, quality.model_dump_json().encode(), "application/json")


def _missing(explanation: str) -> HubError:
    return HubError(Reason.EXPLANATION_NOT_FOUND, f"There is no explanation {explanation!r}.", "Ask for it again.")
