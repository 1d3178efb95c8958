"""What runs in the child process for whole data sets: it may take minutes and gigabytes, and nobody waits for it."""

from typing import TYPE_CHECKING

from backplane.artifacts import ArtifactStore
from backplane.results import Results
from backplane.settings import StoreSettings

if TYPE_CHECKING:
    from suggest.statistics_runs import StatisticsRuns

_store: ArtifactStore | None = None


def initialize(store: StoreSettings) -> None:
    """Connects this process."""
    global _store
    _store = ArtifactStore.connect(store)


def project(results: Results) -> int:
    """`StatisticsRuns.project` of this process."""
    return _runs().project(results)


def cluster(results: Results, digest: str, label: str) -> int:
    """`StatisticsRuns.cluster` of this process."""
    return _runs().cluster(results, digest, label)


def merge(results: Results) -> None:
    """`StatisticsRuns.merge` of this process."""
    _runs().merge(results)


def _runs() -> "StatisticsRuns":
    from suggest.statistics_runs import StatisticsRuns

    assert _store is not None, "initialize is called in each new process"
    return StatisticsRuns(_store)
