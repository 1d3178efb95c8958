"""Samples by where they lie in the embedding of a model, whoever asks. All calls block."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Self

import numpy as np
import polars as pl

from backplane.artifacts import ArtifactStore, StoredObject
from backplane.catalogue import Catalogue
from backplane.results import Results
from domain.errors import HubError, Reason
from suggest.answered import AnsweredSamples, Asked
from suggest.memory_cache import MemoryCache
from suggest.statistics.answers import Answers, Point, points
from suggest.statistics.embeddings import Embeddings
from suggest.statistics.nearness import (
    EXACT,
    NEIGHBOURS,
    Distant,
    Neighbourhoods,
    Pair,
    Plane,
    duplicates,
    nearest,
    neighbourhoods,
    outliers,
    principal_plane,
)

_SEED = 0
_ANALYSED = 5_000
"""Samples whose principal components stand for those of all: enough for two axes, and read in a moment."""


@dataclass(frozen=True)
class Placed:
    """A sample in the plane, with what the model answers."""

    point: Point
    x: float
    y: float


@dataclass(frozen=True)
class Projection:
    """What a run has left: `number`, `x` and `y` of every sample, and the nearest samples of each."""

    places: pl.DataFrame
    neighbourhoods: Neighbourhoods

    @classmethod
    def read(cls, data: bytes) -> Self:
        """From the file that `statistics.projection` makes."""
        frame = pl.read_parquet(BytesIO(data)).rechunk()
        nearest, distances = (
            frame[name].explode(empty_as_null=False).to_numpy().reshape(frame.height, -1)
            for name in ("nearest", "distances")
        )
        near = Neighbourhoods(frame["sample"].to_numpy(), nearest, distances)
        return cls(frame.select(number="sample", x="x", y="y"), near)

    def __contains__(self, sample: int) -> bool:
        return bool(self.neighbourhoods.numbers[self._row(sample) % len(self.neighbourhoods.numbers)] == sample)

    def near(self, sample: int) -> list[Distant]:
        """The nearest samples of one, the nearest first."""
        row, found = self._row(sample), self.neighbourhoods
        return list(map(Distant, found.nearest[row].tolist(), found.distances[row].tolist()))

    def _row(self, sample: int) -> int:
        return int(np.searchsorted(self.neighbourhoods.numbers, sample))


@dataclass(frozen=True)
class Map:
    """Samples in the plane, how many have an embedding, and the shares of variance of the axes, if they have any."""

    placed: tuple[Placed, ...]
    samples: int
    explained_variance: tuple[float, ...]


@dataclass(frozen=True)
class Found:
    """What was found among so many samples: some at a distance, or pairs of them, and all these by their numbers."""

    distant: tuple[Distant, ...]
    pairs: tuple[Pair, ...]
    total: int
    samples: int
    points: dict[int, Point]


class EmbeddedSamples:
    """The embeddings of all data sets by all models. Safe for many threads.

    Every call raises `HubError`: `EMBEDDING_NOT_FOUND` where no run has recorded one yet.

    Args:
        store: where all lies.
        answered: what models answer to the samples.
        memory_bytes: how much embeddings may take in memory, and again what was made of them.
    """

    def __init__(self, store: ArtifactStore, answered: AnsweredSamples, memory_bytes: int) -> None:
        self._store = store
        self._catalogue = Catalogue(store)
        self._answered = answered
        self._embeddings = Embeddings(store, memory_bytes)
        self._planes: MemoryCache[tuple[Results, int], Plane] = MemoryCache(
            "planes", memory_bytes, lambda plane: 2 * plane.directions.nbytes
        )
        self._projections: MemoryCache[tuple[Results, StoredObject], Projection] = MemoryCache(
            "layouts", memory_bytes, lambda it: 2 * it.neighbourhoods.distances.nbytes + int(it.places.estimated_size())
        )
        self._neighbourhoods: MemoryCache[tuple[Results, int], Neighbourhoods] = MemoryCache(
            "neighbourhoods", memory_bytes, lambda found: 2 * found.distances.nbytes
        )

    def principal_components(self, asked: Asked, max_points: int) -> Map:
        """The samples along the two directions in which their embeddings differ most."""
        results, recorded = self._recorded(asked)
        key, size = (results, recorded), self._shard_size(asked)
        plane = self._planes.get(key)
        if plane is None:
            plane = principal_plane(self._embeddings.spread(results, size, _ANALYSED).vectors)
            self._planes.put(key, plane)
        answers = self._answered.meeting(asked)
        shown = self._embeddings.of(results, size, answers.rows["number"].to_numpy())
        places = plane.places(shown.vectors)
        frame = pl.DataFrame({"number": shown.numbers, "x": places[:, 0], "y": places[:, 1]})
        return Map(_placed(answers, frame, max_points), recorded, plane.explained_variance)

    def projected(self, asked: Asked, max_points: int) -> Map:
        """The samples as a run has laid them out with UMAP.

        Raises:
            HubError: `EMBEDDING_NOT_FOUND` also if no run has.
        """
        found = self._projection(_results(asked))
        if found is None:
            raise HubError(
                Reason.EMBEDDING_NOT_FOUND,
                "No run has laid out the embedding of this data set by this model yet.",
                "Begin one with `innhub umap`, or ask for the projection pca, which is there at once.",
            )
        return Map(_placed(self._answered.meeting(asked), found.places, max_points), found.places.height, ())

    def neighbours(self, asked: Asked, sample: int, limit: int) -> Found:
        """The samples nearest to one, among all that are recorded."""
        results, recorded = self._recorded(asked)
        self._catalogue.entry(asked.workspace, asked.dataset, sample)
        shard, place = divmod(sample, self._shard_size(asked))
        if shard not in self._embeddings.shards(results):
            raise HubError(
                Reason.EMBEDDING_NOT_FOUND,
                f"The embedding of sample {sample} has not been recorded yet.",
                "Wait until the run that goes on has come to it.",
            )
        projection = self._projection(results)
        if projection is not None and limit <= NEIGHBOURS and sample in projection:
            others = tuple(projection.near(sample)[:limit])
            return self._told(asked, others, (), len(others), projection.places.height)
        vector = self._embeddings.part(results, shard)[place]
        found = nearest(vector, self._embeddings.parts(results, self._shard_size(asked)), limit + 1)
        others = tuple(one for one in found if one.sample != sample)[:limit]
        return self._told(asked, others, (), len(others), recorded)

    def duplicates(self, asked: Asked, max_distance: float, limit: int) -> Found:
        """Pairs of samples that lie closest together."""
        found = self._near(asked)
        pairs = duplicates(found, max_distance)
        return self._told(asked, (), tuple(pairs[:limit]), len(pairs), len(found.numbers))

    def outliers(self, asked: Asked, limit: int) -> Found:
        """The samples that lie farthest from their neighbours."""
        found = self._near(asked)
        far = outliers(found, limit)
        return self._told(asked, tuple(far), (), len(far), len(found.numbers))

    def _near(self, asked: Asked) -> Neighbourhoods:
        results, recorded = self._recorded(asked)
        projection = self._projection(results)
        if projection is not None:
            return projection.neighbourhoods
        known = self._neighbourhoods.get((results, recorded))
        if known is None:
            if recorded > EXACT:
                raise HubError(
                    Reason.NOT_READY,
                    f"{recorded:,} samples are too many to be compared while somebody waits.",
                    "Begin a run with `innhub umap`, which finds the neighbours of all samples.",
                )
            known = neighbourhoods(self._embeddings.all(results, self._shard_size(asked)))
            self._neighbourhoods.put((results, recorded), known)
        return known

    def _recorded(self, asked: Asked) -> tuple[Results, int]:
        """The results, and how many samples have an embedding by now."""
        results, size = _results(asked), self._shard_size(asked)
        name = self._catalogue.model(asked.workspace, asked.models[0]).name
        shards = self._embeddings.shards(results)
        if not shards:
            raise HubError(
                Reason.EMBEDDING_NOT_FOUND,
                f"The model {name!r} has left no embedding of this data set yet.",
                "Begin a run with `innhub predict`, which records it unless told not to.",
            )
        samples = self._catalogue.dataset(asked.workspace, asked.dataset).samples
        return results, sum(min(size, samples - shard * size) for shard in shards)

    def _projection(self, results: Results) -> Projection | None:
        """What the last run left; a run that is done again leaves another object."""
        stored = next(iter(self._store.list(results.projection)), None)
        if stored is None:
            return None
        found = self._projections.get((results, stored))
        if found is None:
            found = Projection.read(self._store.get(stored.key))
            self._projections.put((results, stored), found)
        return found

    def _told(
        self, asked: Asked, distant: tuple[Distant, ...], pairs: tuple[Pair, ...], total: int, samples: int
    ) -> Found:
        numbers = [one.sample for one in distant] + [end for pair in pairs for end in (pair.first, pair.second)]
        return Found(distant, pairs, total, samples, self._points(asked, numbers))

    def _points(self, asked: Asked, numbers: Iterable[int]) -> dict[int, Point]:
        answers = self._answered.answers(asked)
        rows = answers.rows.filter(pl.col("number").is_in(sorted(set(numbers))))
        return {point.sample.number: point for point in points(answers, rows)}

    def _shard_size(self, asked: Asked) -> int:
        return self._catalogue.dataset(asked.workspace, asked.dataset).shard_size


def _results(asked: Asked) -> Results:
    return Results(asked.workspace, asked.dataset, asked.models[0])


def _placed(answers: Answers, places: pl.DataFrame, max_points: int) -> tuple[Placed, ...]:
    rows = answers.rows.join(places, on="number", how="inner", maintain_order="left")
    if rows.height > max_points:
        rows = rows.sample(max_points, seed=_SEED).sort("number")
    shown = points(answers, rows.drop("x", "y"))
    return tuple(map(Placed, shown, rows["x"].to_list(), rows["y"].to_list()))
