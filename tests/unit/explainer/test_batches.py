import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import REGISTRY

from backplane.telemetry import tracing
from domain.errors import HubError, Reason
from domain.explanations import Engine
from explainer.batches import Answers, Batches
from explainer.question import Question

_QUESTION = Question("w", "m", "d", 0, "gradient", {}, "predicted", "", Engine.NATIVE)


class _Engine:
    """Answers with the digest of each question, and notes which came together."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()
        self.begun = asyncio.Event()
        self.errors: dict[str, Exception] = {}

    async def answer_all(self, questions: list[Question], digests: list[str]) -> Answers:
        self.batches.append(digests)
        self.begun.set()
        await self.gate.wait()
        if "all" in self.errors:
            raise self.errors["all"]
        assert len(questions) == len(digests)
        return cast("Answers", [self.errors.get(digest, digest) for digest in digests])


def _asked(batches: Batches, number: int, **changes: Any) -> "asyncio.Task[Any]":
    question = replace(_QUESTION, sample=number, **changes)
    return asyncio.create_task(batches.answer(question, f"{question.method}-{number}"))


async def _waiting(engine: _Engine, batches: Batches, *more: Any) -> "list[asyncio.Task[Any]]":
    """A first question that is being answered, and others that came meanwhile."""
    first = _asked(batches, 0)
    await engine.begun.wait()
    others = [_asked(batches, number, method=method) for number, method in more]
    await asyncio.sleep(0)
    return [first, *others]


async def test_questions_that_came_meanwhile_are_answered_together() -> None:
    engine = _Engine()
    tasks = await _waiting(engine, Batches(engine.answer_all, 16), (1, "gradient"), (2, "random"), (3, "gradient"))
    engine.gate.set()

    assert await asyncio.gather(*tasks) == ["gradient-0", "gradient-1", "random-2", "gradient-3"]
    assert engine.batches == [["gradient-0"], ["gradient-1", "gradient-3"], ["random-2"]]


async def test_questions_are_counted_until_they_are_being_answered() -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("innhub_questions_waiting") or 0

    engine, before = _Engine(), counted()
    tasks = await _waiting(engine, Batches(engine.answer_all, 16), (1, "gradient"), (2, "random"))
    assert counted() == before + 2
    engine.gate.set()
    await asyncio.gather(*tasks)
    assert counted() == before


async def test_a_long_list_of_one_kind_lets_others_in_between() -> None:
    engine = _Engine()
    more = [(1, "gradient"), (2, "gradient"), (3, "gradient"), (4, "random")]
    tasks = await _waiting(engine, Batches(engine.answer_all, 2), *more)
    engine.gate.set()
    await asyncio.gather(*tasks)

    assert engine.batches[1:] == [["gradient-1", "gradient-2"], ["random-4"], ["gradient-3"]]


async def test_what_is_wrong_with_one_question_is_not_the_others_fault() -> None:
    engine = _Engine()
    engine.errors["gradient-1"] = HubError(Reason.SAMPLE_NOT_FOUND, "no sample 1")
    tasks = await _waiting(engine, Batches(engine.answer_all, 16), (1, "gradient"), (2, "gradient"))
    engine.gate.set()

    answers = await asyncio.gather(*tasks, return_exceptions=True)

    assert answers[0] == "gradient-0"
    assert isinstance(answers[1], HubError)
    assert answers[2] == "gradient-2"


async def test_whoever_waits_hears_of_a_failure() -> None:
    engine = _Engine()
    engine.errors["all"] = HubError(Reason.WORKER_CRASHED, "died")
    tasks = await _waiting(engine, Batches(engine.answer_all, 16), (1, "gradient"))
    engine.gate.set()

    for task in tasks:
        with pytest.raises(HubError, match="died"):
            await task


async def test_a_batch_is_part_of_the_trace_of_the_first_question_and_the_others_point_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exported = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exported))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))
    engine = _Engine()
    batches = Batches(engine.answer_all, 16)

    async def asked(number: int) -> None:
        with tracing.span(f"question {number}"):
            await batches.answer(replace(_QUESTION, sample=number), f"gradient-{number}")

    earlier = asyncio.create_task(asked(0))
    await engine.begun.wait()
    later = [asyncio.create_task(asked(number)) for number in (1, 2)]
    await asyncio.sleep(0)
    engine.gate.set()
    await asyncio.gather(earlier, *later)

    spans = exported.get_finished_spans()
    question = {span.name: span for span in spans if span.name != "batch"}
    first, second = (span for span in spans if span.name == "batch")
    assert first.parent == question["question 0"].context
    assert second.parent == question["question 1"].context
    assert [link.context for link in question["question 2"].links] == [second.context]
    assert not question["question 1"].links
