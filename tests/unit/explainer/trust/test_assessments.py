import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest

from backplane.artifacts import ArtifactMissingError, ArtifactStore
from backplane.children import Child
from backplane.layout import Layout
from domain.errors import HubError, Reason
from domain.explanations import Engine, ExplanationRecord
from domain.quality import Grade, Quality, RandomisationStep
from explainer.trust.assessments import Assessments
from explainer.trust.conclusion import EDITION
from explainer.trust.cost import EXPLANATIONS, FORWARD_PASSES

RECORD = ExplanationRecord(
    id="abc",
    model="m",
    dataset="d",
    sample=0,
    method="gradient",
    parameters={},
    engine=Engine.NATIVE,
    target="predicted",
    target_index=1,
    target_name="cat",
    target_value=1.0,
    shape=(4, 4, 3),
    relevance_sum=0.0,
    signed=True,
    layer="",
    top=(),
    seconds=0.5,
    picture_size=(4, 4),
    box=(0, 0, 4, 4),
)
PATHS = Layout("default").explanation("abc")


class Memory:
    """An object store in memory."""

    def __init__(self) -> None:
        self.objects = {PATHS.record: RECORD.model_dump_json().encode()}

    def get(self, key: str) -> bytes:
        if key not in self.objects:
            raise ArtifactMissingError(key)
        return self.objects[key]

    def put(self, key: str, data: bytes, _: str = "") -> None:
        self.objects[key] = data


class Process:
    """A child process that answers at once, or waits before a piece until it is let go on."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.cancelled = 0
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def run(self, _: float, function: Callable[..., Any], __: object, *arguments: Any) -> object:
        self.pieces.append(function.__name__)
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        match function.__name__:
            case "depths":
                return 3, (1, 2, 3)
            case "randomised":
                return RandomisationStep(
                    layer="first",
                    stages=arguments[0],
                    rank_correlation=0.0,
                    rank_correlation_absolute=0.1,
                    ssim=0.2,
                    ssim_absolute=0.2,
                )
            case "curve":
                kind, number = arguments
                better = (1.0, 0.0, 0.0) if kind == "deletion" else (0.0, 1.0, 1.0)
                return better if number is None else (0.5, 0.5, 0.5)
            case _:
                return 0.1, 0.9


async def until(condition: Callable[[], object]) -> None:
    """Waits for a condition; a test fails that waits too long."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 (nobody sets an event)
            await asyncio.sleep(0.001)


def assessments(memory: Memory, process: Process) -> Assessments:
    children = {Engine.NATIVE: cast(Child, process)}
    return Assessments(cast(ArtifactStore, memory), children, piece_seconds=1)


async def test_all_checks_are_made_once_and_kept_beside_the_explanation() -> None:
    memory, process = Memory(), Process()
    quality, cached = await assessments(memory, process).assess("default", "abc")
    assert not cached
    assert (quality.grade, [finding.grade for finding in quality.findings]) == (Grade.GOOD, [Grade.GOOD] * 3)
    assert quality.explanations == 3 + 5
    assert Quality.model_validate_json(memory.objects[PATHS.quality]) == quality
    done = len(process.pieces)
    assert await assessments(memory, process).assess("default", "abc") == (quality, True)
    assert len(process.pieces) == done == 1 + 8 + 3 + 5


async def test_asked_twice_at_once_it_is_computed_once() -> None:
    process = Process()
    asked = assessments(Memory(), process)
    first, second = await asyncio.gather(asked.assess("default", "abc"), asked.assess("default", "abc"))
    assert first == second
    assert process.pieces.count("depths") == 1


async def test_what_an_older_edition_found_is_computed_anew() -> None:
    memory, process = Memory(), Process()
    quality, _ = await assessments(memory, process).assess("default", "abc")
    older = quality.model_copy(update={"edition": EDITION - 1})
    memory.objects[PATHS.quality] = older.model_dump_json().encode()
    assert (await assessments(memory, process).assess("default", "abc"))[1] is False


async def test_when_nobody_waits_it_ends_with_the_piece_under_way_and_leaves_the_process_alone() -> None:
    memory, process = Memory(), Process()
    asked = assessments(memory, process)
    process.go_on.clear()
    waiting = asyncio.create_task(asked.assess("default", "abc"))
    await until(lambda: process.pieces)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    process.go_on.set()
    await until(lambda: not asked._under_way)
    assert process.pieces == ["depths"]
    assert process.cancelled == 0
    assert PATHS.quality not in memory.objects
    quality, _ = await asked.assess("default", "abc")
    assert quality.grade is Grade.GOOD


async def test_one_who_hangs_up_takes_nothing_from_another() -> None:
    process = Process()
    asked = assessments(Memory(), process)
    process.go_on.clear()
    leaving, staying = (asyncio.create_task(asked.assess("default", "abc")) for _ in range(2))
    await until(lambda: any(work.waiting == 2 for work in asked._under_way.values()))
    leaving.cancel()
    process.go_on.set()
    assert (await staying)[0].grade is Grade.GOOD


async def test_what_would_take_too_long_is_refused_with_its_cost() -> None:
    process = Process()
    with pytest.raises(HubError, match=f"{EXPLANATIONS} explanations.*about 5 s.*{FORWARD_PASSES} forward") as refusal:
        await assessments(Memory(), process).assess("default", "abc", patience_seconds=4)
    assert refusal.value.reason is Reason.TOO_LARGE
    assert "6 seconds" in refusal.value.advice
    assert process.pieces == []


@pytest.mark.parametrize("explanation", ["missing", "../other", ""])
async def test_an_explanation_that_is_not_there(explanation: str) -> None:
    with pytest.raises(HubError) as refusal:
        await assessments(Memory(), Process()).assess("default", explanation)
    assert refusal.value.reason is Reason.EXPLANATION_NOT_FOUND
