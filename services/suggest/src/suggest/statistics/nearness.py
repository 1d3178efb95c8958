"""Nearness in an embedding: projections to the plane, nearest samples, and what follows from them.

Distances are cosine distances in [0, 2]: the length of an embedding says how much a network sees, its direction what.
scikit-learn is loaded by the first question that needs it, since it takes as much memory as a million samples.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suggest.statistics.embeddings import Embedded

EXACT = 20_000
"""Up to so many samples are compared all with all; more would take minutes."""
NEIGHBOURS = 15
"""How many of the nearest samples are known of each."""
_SEED = 0
Doubles = NDArray[np.float64]
Numbers = NDArray[np.int64]
Vectors = NDArray[np.float16] | NDArray[np.float32]


@dataclass(frozen=True)
class Plane:
    """A plane in an embedding: its middle (units,), two directions (2, units), and their shares of the variance."""

    middle: Doubles
    directions: Doubles
    explained_variance: tuple[float, ...]

    def places(self, vectors: Vectors) -> Doubles:
        """Where vectors (samples, units) lie in it: (samples, 2)."""
        return np.asarray((vectors.astype(np.float64) - self.middle) @ self.directions.T)


@dataclass(frozen=True)
class Neighbourhoods:
    """The nearest samples of each: `numbers` (samples,), `nearest` and `distances` (samples, neighbours)."""

    numbers: Numbers
    nearest: Numbers
    distances: Doubles


@dataclass(frozen=True)
class Pair:
    """Two samples, the lower number first, and how far apart they lie."""

    first: int
    second: int
    distance: float


@dataclass(frozen=True)
class Distant:
    """A sample at a distance."""

    sample: int
    distance: float


def principal_plane(vectors: Vectors) -> Plane:
    """The two directions in which vectors (samples, units) differ most (principal component analysis)."""
    from sklearn.decomposition import PCA

    units = vectors.shape[1]
    axes = min(2, *vectors.shape)
    directions = np.zeros((2, units))
    if len(vectors) < 2:
        return Plane(vectors.astype(np.float64).sum(axis=0), directions, (0.0,) * axes)
    analysis = PCA(axes, random_state=_SEED)
    with np.errstate(invalid="ignore"):
        # Samples without any difference have no variance to share out.
        analysis.fit(vectors.astype(np.float32))
    directions[:axes] = analysis.components_
    variance = tuple(float(share) for share in np.nan_to_num(analysis.explained_variance_ratio_))
    return Plane(np.asarray(analysis.mean_, np.float64), directions, variance)


def nearest(vector: NDArray[np.float16], parts: Iterable[Embedded], limit: int) -> list[Distant]:
    """The samples nearest to a vector (units,), of parts that are read one after the other; nearest first."""
    from sklearn.metrics.pairwise import cosine_distances

    best: list[tuple[float, int]] = []
    for part in parts:
        distances = cosine_distances(vector[None].astype(np.float32), part.vectors.astype(np.float32))[0]
        places = np.argsort(distances, kind="stable")[:limit]
        best += zip(distances[places].tolist(), part.numbers[places].tolist(), strict=True)
        best = sorted(best)[:limit]
    return [Distant(number, distance) for distance, number in best]


def neighbourhoods(embedded: Embedded) -> Neighbourhoods:
    """The nearest samples of each, without itself: exact, so for at most `EXACT` samples."""
    from sklearn.neighbors import NearestNeighbors

    kept = min(NEIGHBOURS, len(embedded.numbers) - 1)
    if kept < 1:
        shape = (len(embedded.numbers), 0)
        return Neighbourhoods(embedded.numbers, np.empty(shape, np.int64), np.empty(shape))
    search = NearestNeighbors(n_neighbors=kept, metric="cosine", algorithm="brute")
    # Asked without vectors, it leaves each sample out of its own neighbours.
    distances, places = search.fit(embedded.vectors.astype(np.float32)).kneighbors()
    return Neighbourhoods(embedded.numbers, embedded.numbers[places], distances.astype(np.float64))


def duplicates(found: Neighbourhoods, max_distance: float) -> list[Pair]:
    """The pairs of nearest samples up to a distance, the closest first, each once.

    Of a sample with more copies than neighbours are known, some pairs are left out.
    """
    rows, columns = np.nonzero(found.distances <= max_distance)
    ends = np.stack([found.numbers[rows], found.nearest[rows, columns]], axis=1)
    ends.sort(axis=1)
    pairs, places = np.unique(ends, axis=0, return_index=True)
    distances = found.distances[rows, columns][places]
    order = np.lexsort((pairs[:, 1], pairs[:, 0], distances))
    return [Pair(int(pairs[row, 0]), int(pairs[row, 1]), float(distances[row])) for row in order]


def outliers(found: Neighbourhoods, limit: int) -> list[Distant]:
    """The samples that lie farthest from their neighbours, by the mean distance; the farthest first."""
    if found.distances.shape[1] == 0:
        return []
    means = found.distances.mean(axis=1)
    order = np.lexsort((found.numbers, -means))[:limit]
    return [Distant(int(found.numbers[row]), float(means[row])) for row in order]
