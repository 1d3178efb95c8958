"""Conformance of every explanation method: with innvestigate, with the papers, and with itself.

`--conformance FILE` writes what was found as a table (see `conformance.table`).
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest
from conformance.exceptions import exception_of
from conformance.reference import ReferenceAnswers, answered
from conformance.reference_questions import everything
from conformance.table import PROPERTY, TableWriter

import network.canonical
from explainer.methods import registry
from network.canonical import CanonicalNetwork

NotApplicable = Callable[[str, CanonicalNetwork], bool]


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
    name = str(request.node.callspec.params["name"])

    def check(method: str, of: CanonicalNetwork) -> bool:
        obstacle = registry.get(method).obstacle(of.description)
        if obstacle is not None:
            assert obstacle.layer, "a method that does not apply names the layer that stands in the way"
            assert obstacle.advice
        reason = obstacle.reason if obstacle is not None else exception_of(described, method)
        record_property(PROPERTY, [described, method, name, reason])
        return bool(reason)

    return check


def pytest_configure(config: pytest.Config) -> None:
    """A table where one is wanted; of several processes, in that which hears of all tests."""
    if config.getoption("--conformance", None) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(TableWriter(Path(config.getoption("--conformance")), list(registry.methods())))
