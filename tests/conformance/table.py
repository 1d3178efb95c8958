"""The table of conformance: method x property x network, in Markdown."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PROPERTY = "conformance"
"""Under which a test notes what belongs into the table: property, method, network, and why it does not apply."""
NOT_RUN = "not run"
"""Under which a test notes that it asked only whether a method applies."""
ON_ARCHITECTURES = "explains the architecture"
_HEAD = """# Conformance

What `make conformance` found. A cell of the first table counts the networks on which a method was seen to have a
property; networks to which the method does not apply are counted apart. The networks are the small ones of
`tests/conformance/networks.py`, between them with every kind of layer. The second table has the architectures of
`tests/conformance/architectures.py`: `pass` where the method was run, `applies` where only its preconditions were
asked, and a number for the reason below why it does not apply.
"""


@dataclass(frozen=True)
class Outcome:
    """What was found for a method and a property on a network."""

    passed: bool
    reason: str
    ran: bool = True


@dataclass
class Table:
    """All outcomes."""

    outcomes: dict[tuple[str, str], dict[str, list[Outcome]]] = field(default_factory=dict)

    def note(self, described: str, method: str, network: str, outcome: Outcome) -> None:
        """Adds an outcome; several of one network count together."""
        found = self.outcomes.setdefault((described, method), defaultdict(list))
        found[network].append(outcome)

    def text(self, methods: list[str]) -> str:
        """The tables, a row a method."""
        properties = list(dict.fromkeys(described for described, _ in self.outcomes if described != ON_ARCHITECTURES))
        rows = ([method, *self._counts(method, properties)] for method in methods)
        parts = [_HEAD, *_lines(["method", *properties], rows)]
        on_architectures = [found for (described, _), found in self.outcomes.items() if described == ON_ARCHITECTURES]
        architectures = list(dict.fromkeys(name for found in on_architectures for name in found))
        reasons: dict[str, int] = {}
        marks = [[method, *self._marks(method, architectures, reasons)] for method in methods]
        parts += ["", *_lines(["method", *architectures], marks), ""]
        parts += [f"{number}. {reason}" for reason, number in reasons.items()]
        return "\n".join(parts) + "\n"

    def _counts(self, method: str, properties: list[str]) -> list[str]:
        return [_count(self.outcomes.get((described, method), {}).values()) for described in properties]

    def _marks(self, method: str, architectures: list[str], reasons: dict[str, int]) -> list[str]:
        found = self.outcomes.get((ON_ARCHITECTURES, method), {})
        return [_mark(found.get(name, []), reasons) for name in architectures]


class TableWriter:
    """Hears of all tests, prints the table at the end, and writes it.

    Args:
        path: of the file.
        methods: the rows.
    """

    def __init__(self, path: Path, methods: list[str]) -> None:
        self._path = path
        self._methods = methods
        self._table = Table()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes the outcome of a test that belongs into the table."""
        for key, noted in report.user_properties:
            if key == PROPERTY and report.when == "call" and isinstance(noted, list):
                described, method, name, reason = noted
                ran = NOT_RUN not in dict(report.user_properties)
                self._table.note(described, method, name, Outcome(report.passed, reason, ran))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Prints and writes the table."""
        text = self._table.text(self._methods)
        self._path.write_text(text)
        terminalreporter.write_line(text)


def _count(found: Iterable[list[Outcome]]) -> str:
    applying = [outcomes for outcomes in found if not any(outcome.reason for outcome in outcomes)]
    others = sum(any(outcome.reason for outcome in outcomes) for outcomes in found)
    passed = sum(all(outcome.passed for outcome in outcomes) for outcomes in applying)
    return ", ".join([*([f"{passed}/{len(applying)}"] if applying else []), *([f"{others} n/a"] if others else [])])


def _mark(outcomes: list[Outcome], reasons: dict[str, int]) -> str:
    if not outcomes:
        return ""
    if outcomes[0].reason:
        return str(reasons.setdefault(outcomes[0].reason, len(reasons) + 1))
    if not all(outcome.passed for outcome in outcomes):
        return "**fails**"
    return "pass" if outcomes[0].ran else "applies"


def _lines(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows]]
