"""Questions that wait for an engine, answered many at once where they differ in sample and target only.

Several people who explore the same network with the same method then wait for one batch instead of for each other.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context, copy_context
from dataclasses import asdict, dataclass, field

from backplane.telemetry import metrics
from backplane.telemetry.tracing import Span, current_span, span
from domain.errors import HubError
from domain.explanations import ExplanationRecord
from explainer.question import Question

Answers = list[ExplanationRecord | HubError]
AnswerAll = Callable[[list[Question], list[str]], Awaitable[Answers]]
"""Answers questions that belong together; raises if all of them fail for the same reason."""


@dataclass(frozen=True)
class _Waiting:
    question: Question
    digest: str
    context: Context = field(default_factory=copy_context)
    span: Span = field(default_factory=current_span)
    answer: "asyncio.Future[ExplanationRecord]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Batches:
    """Whoever came first is answered first, together with all later ones that fit.

    Args:
        answer_all: computes a batch.
        largest: how many questions a batch may have.
    """

    def __init__(self, answer_all: AnswerAll, largest: int) -> None:
        self._answer_all = answer_all
        self._largest = largest
        self._waiting: OrderedDict[str, list[_Waiting]] = OrderedDict()
        self._working: asyncio.Task[None] | None = None

    async def answer(self, question: Question, digest: str) -> ExplanationRecord:
        """The record for a question.

        Raises:
            HubError: what is wrong with it.
        """
        waiting = _Waiting(question, digest)
        self._waiting.setdefault(_key(question), []).append(waiting)
        metrics.QUESTIONS_WAITING.inc()
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await waiting.answer

    async def _work(self) -> None:
        while self._waiting:
            key, group = next(iter(self._waiting.items()))
            batch, rest = group[: self._largest], group[self._largest :]
            del self._waiting[key]
            if rest:
                # Behind the others: a long list of one kind must not keep everybody else waiting.
                self._waiting[key] = rest
            metrics.QUESTIONS_WAITING.dec(len(batch))
            await self._settle(batch)

    async def _settle(self, batch: Sequence[_Waiting]) -> None:
        answers: Sequence[ExplanationRecord | Exception]
        try:
            # In the course of the first request, not of the one that happened to find nobody at work.
            answers = await asyncio.create_task(self._answered(batch), context=batch[0].context)
        except Exception as error:
            answers = [error for _ in batch]
        for waiting, answer in zip(batch, answers, strict=True):
            if waiting.answer.cancelled():
                continue
            if isinstance(answer, Exception):
                waiting.answer.set_exception(answer)
            else:
                waiting.answer.set_result(answer)

    async def _answered(self, batch: Sequence[_Waiting]) -> Answers:
        with span("batch", attributes={"innhub.batch": len(batch)}) as ours:
            for waiting in batch[1:]:
                waiting.span.add_link(ours.get_span_context())
            return await self._answer_all([one.question for one in batch], [one.digest for one in batch])


def _key(question: Question) -> str:
    return json.dumps(asdict(question.batch), sort_keys=True, default=str)
