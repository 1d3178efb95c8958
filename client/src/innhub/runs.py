"""Runs of a hub: work over whole data sets."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from innhub.connection import JSON, Connection
from innhub.documents import parsed
from innhub.errors import HubError

ENDED = {"done", "failed", "cancelled"}


@dataclass(frozen=True)
class Run:
    """A run: `state` is `pending`, `running`, `done`, `failed` or `cancelled`."""

    id: str
    name: str
    kind: str
    state: str
    dataset: str
    models: list[str]
    created_at: str
    created_by: str
    progress: dict[str, Any]
    layer: str = ""
    ended_at: str | None = None
    failures: tuple[JSON, ...] = ()
    runs: "Runs | None" = field(default=None, repr=False, compare=False)

    def wait(self, *, bar: bool = True) -> "Run":
        """Waits until the run has ended, behind a progress bar.

        Raises:
            HubError: shards of the run failed, with the first reason.
        """
        assert self.runs is not None, "only a run that came from a hub can be waited for"
        return self.runs.wait(self.id, _bar(self) if bar else None)


class Runs:
    """`hub.runs`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, run: str) -> Run:
        """A run."""
        return self._run(self._connection.get(self._connection.path(f"runs/{run}")))

    def predict(self, dataset: str, models: list[str]) -> Run:
        """Begins a run in which models predict a whole data set."""
        body = {"kind": "predict", "dataset": dataset, "models": models}
        return self._run(self._connection.post(self._connection.path("runs"), body))

    def record_activations(self, model: str, dataset: str, layer: str) -> Run:
        """Begins a run that records what every unit of a layer answers to a whole data set."""
        body = {"kind": "activations", "dataset": dataset, "models": [model], "layer": layer}
        return self._run(self._connection.post(self._connection.path("runs"), body))

    def watch(self, run: str) -> Iterator[Run]:
        """The run after every change, until it has ended; a stream that breaks is taken up again."""
        while True:
            state = None
            try:
                for event in self._connection.events(self._connection.path(f"runs/{run}/events")):
                    state = self._run(event)
                    yield state
            except HubError as error:
                if error.status not in {0, 503}:
                    raise
            state = state or self.get(run)
            if state.state in ENDED:
                return
            time.sleep(0.5)

    def wait(self, run: str, shown: Callable[[Run], None] | None = None) -> Run:
        """Waits until a run has ended.

        Raises:
            HubError: shards of it failed.
        """
        for state in self.watch(run):
            if shown is not None:
                shown(state)
        state = self.get(run)
        if state.state == "failed":
            first = state.failures[0]["failure"]
            raise HubError(
                first["reason"], f"{len(state.failures)} shards failed; the first: {first['detail']}", first["advice"]
            )
        return state

    def cancel(self, run: str) -> Run:
        """Ends a run; what has begun is let finish."""
        return self._run(self._connection.post(self._connection.path(f"runs/{run}/cancel")))

    def list(self) -> list[Run]:
        """All runs, oldest first."""
        return [self._run(item) for item in self._connection.items(self._connection.path("runs"))]

    def _run(self, document: JSON) -> Run:
        return parsed(Run, document, runs=self)


def _bar(run: Run) -> Callable[[Run], None]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    progress = Progress(*columns)
    task = progress.add_task(run.name, total=run.progress["samples_total"])
    progress.start()

    def shown(state: Run) -> None:
        progress.update(task, completed=state.progress["samples_done"])
        if state.state in ENDED:
            progress.stop()

    return shown
