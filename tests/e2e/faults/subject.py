"""What the faults happen to: a run that predicts a whole data set, and whether each sample is there once in the end."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import TypeVar

import psutil
import pyarrow.parquet as pq
from e2e.faults.stack import FaultStack

from backplane.results import Results
from domain.predictions import Column
from innhub import Dataset, Hub, HubError, Model, Run
from innhub.runs import ENDED

Found = TypeVar("Found")
_RUN_SECONDS = 150.0
_CHILD_BYTES = 100 * 1024**2


@dataclass(frozen=True)
class Subject:
    """A model and a data set of a running product."""

    stack: FaultStack
    hub: Hub
    model: Model
    dataset: Dataset

    @property
    def results(self) -> Results:
        """Where the predictions lie."""
        return Results("default", self.dataset.id, self.model.id)

    def forget_predictions(self) -> None:
        """Lets the next run begin anew."""
        self.stack.store.delete(self.results.predictions)

    def under_way(self) -> Run:
        """A run that has begun and has more to do."""
        run = self.hub.predict(self.dataset, [self.model])
        until(lambda: self.hub.runs.get(run.id).progress["samples_done"], "the run to begin")
        now = self.hub.runs.get(run.id)
        assert now.state == "running", f"the run is {now.state} already: there is nothing left to disturb"
        return now

    def ended(self, run: Run) -> Run:
        """The run once it has ended, for somebody who asks again and again, whatever the answer."""
        return until(lambda: self._ended(run), "the run to end", _RUN_SECONDS)

    def assert_each_sample_once(self, run: Run) -> None:
        """All is there, nothing twice, and the record says so."""
        total = len(self.dataset)
        assert (run.state, list(run.failures)) == ("done", [])
        assert run.progress["samples_done"] == total
        assert run.progress["shards_done"] == run.progress["shards_total"]
        store = self.stack.store
        parts = [store.get(part.key) for part in store.list(self.results.predictions)]
        numbers = [row for part in parts for row in pq.read_table(BytesIO(part))[Column.SAMPLE].to_pylist()]
        assert sorted(numbers) == list(range(total))

    def working_child(self) -> psutil.Process:
        """The child of inference that computes at this moment."""
        return until(self._busy_child, "a child to work")

    def _ended(self, run: Run) -> Run | None:
        try:
            now = self.hub.runs.get(run.id)
        except HubError as error:
            if error.status in {0, 503}:
                return None
            raise
        return now if now.state in ENDED else None

    def _busy_child(self) -> psutil.Process | None:
        children = [child for child in self.stack.process("inference").children() if _resident(child) > _CHILD_BYTES]
        before = {child.pid: _used(child) for child in children}
        time.sleep(0.1)
        return next((child for child in children if _used(child) - before[child.pid] > 0.05), None)


def until(look: Callable[[], Found | None], what: str, seconds: float = 60.0) -> Found:
    """What a look gives once it gives something.

    Raises:
        AssertionError: it did not come.
    """
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited {seconds:g} s for {what}"
        time.sleep(0.1)
    return found


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _used(process: psutil.Process) -> float:
    try:
        return float(sum(process.cpu_times()[:2]))
    except psutil.Error:
        return 0.0
