"""No file that a stranger made gets further than the throw-away process, and each is told what is wrong with it."""

import asyncio
import base64
import builtins
import marshal
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from hostile import code, configurations, files, weights
from hostile.dialects import Write, hdf5_of_keras_2, hdf5_of_keras_3, keras_2, keras_3, layer
from hostile.trap import CODE, Trap

from backplane.throwaway import Bounds, Refused, report_of
from domain.errors import HubError, Reason
from inference.importing.exchange import MODEL_FILE, REPORT_FILE, REQUEST_FILE, Imported, ImportRequest, Report

BOUNDS = Bounds(seconds=60, memory_bytes=4 * 1024**3, file_bytes=1024**3)
LONGEST_MESSAGE = 500
AT_ONCE = 2
CORPUS = {
    f"{part.__name__.rpartition('.')[2]}: {hostile.attempts}": hostile
    for part in (files, configurations, code, weights)
    for hostile in part.HOSTILE
}
GOOD = {
    "keras_3": keras_3(layer("Dropout", "dropout", rate=0.5)),
    "keras_2": keras_2(),
    "hdf5_of_keras_3": hdf5_of_keras_3(),
    "hdf5_of_keras_2": hdf5_of_keras_2(),
    "harmless": code.HARMLESS,
}


@dataclass(frozen=True)
class Outcome:
    """What came of a file."""

    result: Refused | Imported
    signs: list[str]

    @property
    def message(self) -> str:
        return self.result.message if isinstance(self.result, Refused) else ""


class Imports:
    """Imports files, each in a process of its own, as the service does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()
        self._free = asyncio.Semaphore(AT_ONCE)

    async def of(self, write: Write) -> Outcome:
        async with self._free:
            return await self._of(write)

    async def _of(self, write: Write) -> Outcome:
        outside = self._folder / str(next(self._numbers))
        outside.mkdir()
        with Trap.laid(outside) as trap:
            (trap.folder / REQUEST_FILE).write_text(ImportRequest(source="cats.keras").model_dump_json())
            write(trap.folder / MODEL_FILE)
            try:
                document = await report_of(
                    "inference.importing", trap.folder, BOUNDS, REPORT_FILE, Reason.MODEL_CORRUPT
                )
            except HubError as error:
                return Outcome(Refused.of(error), trap.signs())
            return Outcome(Report.model_validate_json(document).result, trap.signs())


@pytest.fixture(scope="module")
def imports(tmp_path_factory: pytest.TempPathFactory) -> Imports:
    return Imports(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
async def outcomes(imports: Imports) -> dict[str, Outcome]:
    """What came of each file of the corpus."""
    found = await asyncio.gather(*(imports.of(hostile.write) for hostile in CORPUS.values()))
    return dict(zip(CORPUS, found, strict=True))


@pytest.mark.parametrize("name", CORPUS)
def test_a_hostile_file_is_refused_by_what_is_wrong_with_it(name: str, outcomes: dict[str, Outcome]) -> None:
    hostile, outcome = CORPUS[name], outcomes[name]
    assert outcome.signs == []
    assert isinstance(outcome.result, Refused)
    assert hostile.refusal in outcome.message
    assert outcome.result.reason is hostile.reason
    assert outcome.result.advice, "a refusal names the way out"
    assert len(outcome.message) < LONGEST_MESSAGE


def test_no_two_files_are_refused_in_the_same_words(outcomes: dict[str, Outcome]) -> None:
    assert len({hostile.refusal for hostile in CORPUS.values()}) >= 45
    messages = {name: outcome.message for name, outcome in outcomes.items()}
    confused = [
        (name, other)
        for name, hostile in CORPUS.items()
        for other, message in messages.items()
        if hostile.refusal in message and hostile.refusal != CORPUS[other].refusal
    ]
    assert confused == []


@pytest.mark.parametrize("name", GOOD)
async def test_an_honest_file_is_imported(name: str, imports: Imports) -> None:
    outcome = await imports.of(GOOD[name])
    assert outcome.signs == []
    assert isinstance(outcome.result, Imported), outcome.message
    assert outcome.result.parameters == 98


def test_the_trap_would_show_an_attack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attack = marshal.loads(base64.b64decode(CODE))
    assert isinstance(attack, CodeType)
    with Trap.laid(tmp_path) as trap:
        monkeypatch.setenv("HOME", str(trap.folder))
        FunctionType(attack, {"__builtins__": builtins})()
        assert trap.signs() == ["canary", "a connection"]
