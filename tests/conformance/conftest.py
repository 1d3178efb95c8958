"""Conformance of every explanation method: with innvestigate, with the papers, and with itself.

`--conformance FILE` writes what was found as a table (see `conformance.table`).
"""

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest
from conformance.exceptions import exception_of
from conformance.reference import ReferenceAnswers, answered
from conformance.reference_questions import everything
from conformance.table import Table

import network.canonical
from explainer.methods import registry
from network.canonical import CanonicalNetwork

NotApplicable = Callable[[str, CanonicalNetwork], bool]
_TABLE = pytest.StashKey[Table]()


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> ReferenceAnswers:
    """What innvestigate answers to all questions of the tests, asked in one process."""
    folder: Path = tmp_path_factory.mktemp("reference")
    return answered(everything(), folder)


@pytest.fixture(scope="session", autouse=True)
def _all_graphs_are_kept() -> Iterator[None]:
    """The tests come back to every method of every network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network.canonical, "MOST_GRAPHS", 1000)
        yield


@pytest.fixture
def not_applicable(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> NotApplicable:
    """Whether a property does not apply to a method on a network; then the reason is noted, and there has to be one."""
    (described,) = request.node.get_closest_marker("conformance").args

    def check(method: str, of: CanonicalNetwork) -> bool:
        obstacle = registry.get(method).obstacle(of.description)
        if obstacle is not None:
            assert obstacle.layer, "a method that does not apply names the layer that stands in the way"
            assert obstacle.advice
        reason = obstacle.reason if obstacle is not None else exception_of(described, method)
        if reason:
            record_property("not_applicable", reason)
        return bool(reason)

    return check


def pytest_configure(config: pytest.Config) -> None:
    """A table where one is wanted."""
    if config.getoption("--conformance", None):
        config.stash[_TABLE] = Table()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Notes the outcome of a test that belongs into the table."""
    report = yield
    marker = item.get_closest_marker("conformance")
    table = item.config.stash.get(_TABLE, None)
    if table is not None and marker is not None and report.when == "call" and isinstance(item, pytest.Function):
        given = item.callspec.params
        reason = dict(report.user_properties).get("not_applicable", "")
        method, network_name = str(given["method"]), str(given["name"])
        table.note(marker.args[0], method, network_name, passed=report.passed, reason=str(reason))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints the table, and writes it."""
    table = config.stash.get(_TABLE, None)
    if table is not None:
        text = table.text(list(registry.methods()))
        Path(config.getoption("--conformance")).write_text(text)
        terminalreporter.write_line(text)
