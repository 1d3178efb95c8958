"""Runs of a hub: work over whole data sets."""

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
from innhub.following import followed

ENDED = {"done", "failed", "cancelled"}


@dataclass(frozen=True)
class Run:
    """A run: `state` is `pending`, `running`, `paused`, `done`, `failed` or `cancelled`."""

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
    run: str = ""
    """The run whose maps clusters are made of."""
    label: str = ""
    embedding: bool = False
    priority: str = "normal"
    started_at: str | None = None
    ended_at: str | None = None
    pause: JSON | None = None
    """Why it does not go on for a while: `reason`, `advice`, `since` and `resumes_at`."""
    versions: JSON = field(default_factory=dict)
    """Of the `hub`, the `networks` (digests by model) and the `engine` that explains."""
    work: JSON = field(default_factory=dict)
    """What it has cost: `seconds`, `deliveries`, `retries` and `samples_by_day`."""
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

    def qualities(self, model: str) -> Iterator[JSON]:
        """For each sample how far its explanation can be trusted (`quality`), or why that is unknown (`refusal`)."""
        return self._source.qualities(self.id, model)

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

    def begin(self, kind: str, **asked: Any) -> Run:
        """Begins a run.

        Args:
            kind: `predict`, `activations`, `explain`, `patterns`, `quality`, `umap` or `clusters`.
            asked: `dataset` and `models`, or for clusters `run` and perhaps `label`; `layer` for activations;
                `explanation` for explain and quality; `embedding` for predict; for all of them `priority` (`high`,
                `normal`, `low`) and `name`.

        Raises:
            HubError: naming what is missing, too much, or does not fit.
        """
        return self._run(self._connection.post(self._connection.path("runs"), {"kind": kind, **asked}))

    def predict(self, dataset: str, models: Sequence[str], **more: Any) -> Run:
        """Begins a run in which models predict a whole data set."""
        return self.begin("predict", dataset=dataset, models=list(models), **more)

    def record_activations(self, model: str, dataset: str, layer: str, **more: Any) -> Run:
        """Begins a run that records what every unit of a layer answers to a whole data set."""
        return self.begin("activations", dataset=dataset, models=[model], layer=layer, **more)

    def explain(
        self,
        dataset: str,
        models: Sequence[str],
        *,
        method: str,
        parameters: dict[str, Any] | None = None,
        target: Target = "predicted",
        layer: str = "",
        **more: Any,
    ) -> Run:
        """Begins a run that explains every sample of a data set for each of the models."""
        asked = {"method": method, "parameters": parameters or {}, "target": target, "layer": layer}
        return self.begin("explain", dataset=dataset, models=list(models), explanation=asked, **more)

    def assess(
        self,
        dataset: str,
        models: Sequence[str],
        *,
        method: str,
        parameters: dict[str, Any] | None = None,
        target: Target = "predicted",
        layer: str = "",
        **more: Any,
    ) -> Run:
        """Begins a run that explains every sample and checks how far its map can be trusted.

        For each sample that takes ten more explanations and 168 forward passes.
        """
        asked = {"method": method, "parameters": parameters or {}, "target": target, "layer": layer}
        return self.begin("quality", dataset=dataset, models=list(models), explanation=asked, **more)

    def fit_patterns(self, model: str, dataset: str, **more: Any) -> Run:
        """Begins a run that fits the patterns of PatternNet and PatternAttribution to a model on a data set."""
        return self.begin("patterns", dataset=dataset, models=[model], **more)

    def umap(self, dataset: str, models: Sequence[str], **more: Any) -> Run:
        """Begins a run that lays out what the last hidden layers answer, as a predict run has kept it, in the plane."""
        return self.begin("umap", dataset=dataset, models=list(models), **more)

    def clusters(self, run: str, label: str = "", **more: Any) -> Run:
        """Begins a run that groups the samples of a data set, or of one label, whose maps look alike in a run."""
        return self.begin("clusters", run=run, label=label, **more)

    def download_relevance(self, run: str, model: str, file: IO[bytes]) -> None:
        """Writes what a run explained for a model to an open file, as NPY."""
        self._connection.download(self._connection.path(f"runs/{run}/relevance.npy"), file, model=model)

    def explained(self, run: str, model: str) -> Iterator[JSON]:
        """What a run explained for each sample, in their order."""
        yield from self._connection.items(self._connection.path(f"runs/{run}/explained"), model=model)

    def qualities(self, run: str, model: str) -> Iterator[JSON]:
        """How far what was explained for each sample can be trusted, in their order."""
        yield from self._connection.items(self._connection.path(f"runs/{run}/quality"), model=model)

    def watch(self, run: str) -> Iterator[Run]:
        """The run after every change, until it has ended.

        A stream that breaks is taken up where it broke, also while the hub is started anew.

        Raises:
            HubError: the hub refused, or was not reached for some minutes.
        """
        for event in followed(self._connection, self._connection.path(f"runs/{run}/events")):
            state = self._run(event)
            yield state
            if state.state in ENDED:
                return

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
            # The hub lists only the first failures, but counts them all.
            first, failed = state.failures[0]["failure"], state.progress["shards_failed"]
            raise HubError(first["reason"], f"{failed:,} shards failed; the first: {first['detail']}", first["advice"])
        return state

    def cancel(self, run: str) -> Run:
        """Ends a run; what has begun is let finish."""
        return self._run(self._connection.post(self._connection.path(f"runs/{run}/cancel")))

    def retry(self, run: str) -> Run:
        """Tries the shards that failed once more; what is done stays."""
        return self._run(self._connection.post(self._connection.path(f"runs/{run}/retry")))

    def list(self, **query: Any) -> list[Run]:
        """All runs, oldest first.

        Args:
            query: `state` and `kind` (one or several), `created_by` and `dataset` leave others out; `order="newest"`
                turns them around; `limit` is the size of a page.
        """
        return list(self.iterate(**query))

    def iterate(self, **query: Any) -> Iterator[Run]:
        """The same, page by page."""
        for item in self._connection.items(self._connection.path("runs"), **query):
            yield self._run(item)

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
