"""The order of things: all methods of all libraries on one network after the other, each in its own process."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.methods import native_process, networks
from bench.methods.asking import ProcessFailedError, Task, answered, measurement
from bench.methods.comparison import LIBRARIES, NATIVE, OURS, unit_of
from bench.methods.measuring import Effort
from bench.methods.rows import Row

_PREPARING_SECONDS = 300.0


@dataclass(frozen=True)
class Choice:
    """What is to be measured; nothing named means all."""

    networks: Sequence[str]
    methods: Sequence[str]
    libraries: Sequence[str]
    effort: Effort

    def wants(self, library: str, method: str) -> bool:
        """Whether a method of a library is to be measured."""
        return library in (self.libraries or [library]) and method in (self.methods or [method])


@dataclass(frozen=True)
class _Candidate:
    library: str
    method: str
    name: str
    module: str
    python: Callable[[], Path]


def run(choice: Choice) -> Iterator[Row]:
    """Measures, tells of its progress, and gives each row as soon as it is known."""
    for network in choice.networks:
        with TemporaryDirectory() as folder:
            print(f"{network}: building it with random weights", flush=True)
            answered(OURS, networks.__name__, folder, network, limit_seconds=_PREPARING_SECONDS)
            yield from _rows(choice, network, folder)


def _rows(choice: Choice, network: str, folder: str) -> Iterator[Row]:
    native, refused = _native(network, folder)
    others = [
        _Candidate(library.name, method, name, library.module, library.python)
        for library in LIBRARIES
        for method, name in library.methods.items()
    ]
    yield from (row for row in refused if choice.wants(row.library, row.method))
    candidates = [found for found in _neighbours(native, others) if choice.wants(found.library, found.method)]
    for number, candidate in enumerate(candidates, start=1):
        begun = time.perf_counter()
        row = _row(network, candidate, Task(folder, candidate.method, choice.effort))
        took = time.perf_counter() - begun
        print(
            f"[{number}/{len(candidates)}] {network} {row.library} {row.method}: {_told(row)} ({took:.0f} s)",
            flush=True,
        )
        yield row


def _native(network: str, folder: str) -> tuple[list[_Candidate], list[Row]]:
    """Our methods, and the rows of those that do not apply."""
    listed = answered(OURS, native_process.__name__, folder, limit_seconds=_PREPARING_SECONDS)
    candidates = [
        _Candidate(NATIVE, found["id"], found["id"], native_process.__name__, lambda: OURS)
        for found in listed
        if not found["obstacle"]
    ]
    refused = [
        Row(network, NATIVE, found["id"], found["id"], failure=f"does not apply: {found['obstacle']}")
        for found in listed
        if found["obstacle"]
    ]
    return candidates, refused


def _neighbours(native: list[_Candidate], others: list[_Candidate]) -> list[_Candidate]:
    """Each of our methods, followed by the same of the others, so that they meet the machine in the same state."""
    ours = [found.method for found in native]
    order = {method: place for place, method in enumerate(dict.fromkeys([*ours, *(o.method for o in others)]))}
    return sorted([*native, *others], key=lambda found: order[found.method])


def _row(network: str, candidate: _Candidate, task: Task) -> Row:
    try:
        found = measurement(candidate.python(), candidate.module, task)
    except ProcessFailedError as error:
        return Row(network, candidate.library, candidate.method, candidate.name, failure=str(error))
    return Row(network, candidate.library, candidate.method, found.name, figures=found.figures, versions=found.versions)


def _told(row: Row) -> str:
    if row.figures is None:
        return row.failure
    per = f" a {unit_of(row.method)}" if row.figures.per_evaluation else ""
    return f"{row.figures.passes:.2f} forward passes{per}, {row.figures.first_call_seconds:.1f} s at first"
