"""Runs of a hub: work over whole data sets."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from innhub.connection import JSON, Connection
from innhub.documents import parsed
from innhub.errors import HubError
from innhub.explanations import Target

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
    explanation: JSON | None = None
    """What a run explains of every sample: `method`, `parameters`, `target` and `layer`."""
    digest: str = ""
    ended_at: str | None = None
    failures: tuple[JSON, ...] = ()
    runs: "Runs | None" = field(default=None, repr=False, compare=False)

    def wait(self, *, bar: bool = True) -> "Run":
        """Waits until the run has ended, behind a progress bar.

        Raises:
            HubError: shards of the run failed, with the first reason.
        """
        return self._source.wait(self.id, _bar(self) if bar else None)

    def relevance(self, model: str) -> npt.NDArray[np.float32]:
        """What the run explained for a model: (samples, height, width), summed over channels.

        A row a sample; NaN for those that could not be explained. `save_relevance` takes what is too large for memory.
        """
        file = BytesIO()
        self._source.download_relevance(self.id, model, file)
        file.seek(0)
        return np.asarray(np.load(file, allow_pickle=False))

    def save_relevance(self, model: str, path: str | Path) -> None:
        """Writes the same as an NPY file, for instance for `numpy.load(path, mmap_mode="r")`."""
        with Path(path).open("wb") as file:
            self._source.download_relevance(self.id, model, file)

    def explained(self, model: str) -> Iterator[JSON]:
        """For each sample what was explained (target, value, sum of relevance), or why it was not (`refusal`)."""
        return self._source.explained(self.id, model)

    @property
    def _source(self) -> "Runs":
        assert self.runs is not None, "only a run that came from a hub can be followed"
        return self.runs


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

    def explain(
        self,
        dataset: str,
        models: Sequence[str],
        *,
        method: str,
        parameters: dict[str, Any] | None = None,
        target: Target = "predicted",
        layer: str = "",
    ) -> Run:
        """Begins a run that explains every sample of a data set for each of the models."""
        asked = {"method": method, "parameters": parameters or {}, "target": target, "layer": layer}
        body = {"kind": "explain", "dataset": dataset, "models": list(models), "explanation": asked}
        return self._run(self._connection.post(self._connection.path("runs"), body))

    def fit_patterns(self, model: str, dataset: str) -> Run:
        """Begins a run that fits the patterns of PatternNet and PatternAttribution to a model on a data set."""
        body = {"kind": "patterns", "dataset": dataset, "models": [model]}
        return self._run(self._connection.post(self._connection.path("runs"), body))

    def download_relevance(self, run: str, model: str, file: IO[bytes]) -> None:
        """Writes what a run explained for a model to an open file, as NPY."""
        self._connection.download(self._connection.path(f"runs/{run}/relevance.npy"), file, model=model)

    def explained(self, run: str, model: str) -> Iterator[JSON]:
        """What a run explained for each sample, in their order."""
        yield from self._connection.items(self._connection.path(f"runs/{run}/explained"), model=model)

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
