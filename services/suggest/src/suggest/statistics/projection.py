"""The layout of an embedding by UMAP, with the nearest samples of each. Runs in a child process: it takes minutes.

McInnes, Healy and Melville, "UMAP: Uniform Manifold Approximation and Projection", 2018. Nearest samples are found
exactly among some thousands, and by nearest-neighbour descent among more.
"""

import sys
import warnings
from collections.abc import Callable, Iterator
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.random_projection import GaussianRandomProjection

from domain.errors import HubError, Reason
from suggest.statistics.embeddings import Embedded
from suggest.statistics.nearness import (
    EXACT,
    NEIGHBOURS,
    Doubles,
    Neighbourhoods,
    Numbers,
    neighbourhoods,
    principal_plane,
)

_DIRECTIONS = 128
"""In which neighbours are searched for: angles are kept to a tenth."""
_ROWS_AT_ONCE = 1024
_FEWEST = 10
"""Fewer samples have no manifold; they are laid out by principal components."""
_SEED = 0

Singles = NDArray[np.float32]
Parts = Callable[[], Iterator[Embedded]]
"""Reads an embedding from its beginning, part by part."""


def projection(parts: Parts, samples: int) -> bytes:
    """The layout as Parquet: a row a sample with `sample`, `x`, `y`, `nearest` (numbers) and `distances`.

    Args:
        parts: the embedding.
        samples: how many it holds.

    Raises:
        HubError: `EMBEDDING_NOT_FOUND` if it holds none.
    """
    if samples == 0:
        raise HubError(
            Reason.EMBEDDING_NOT_FOUND,
            "No embedding has been recorded for this data set.",
            "Predict the data set with embeddings first.",
        )
    if samples <= EXACT:
        embedded = _whole(parts)
        found, vectors = neighbourhoods(embedded), embedded.vectors.astype(np.float32)
    else:
        found, vectors = _searched(parts, samples)
    places = principal_plane(vectors).places(vectors) if samples < _FEWEST else _umap(vectors, found)
    frame = pl.DataFrame(
        {
            "sample": found.numbers,
            "x": places[:, 0].astype(np.float32),
            "y": places[:, 1].astype(np.float32),
            "nearest": pl.Series(found.nearest.tolist(), dtype=pl.List(pl.Int64)),
            "distances": pl.Series(found.distances.tolist(), dtype=pl.List(pl.Float32)),
        }
    )
    file = BytesIO()
    frame.write_parquet(file, compression="zstd")
    return file.getvalue()


def _whole(parts: Parts) -> Embedded:
    read = list(parts())
    return Embedded(np.concatenate([part.numbers for part in read]), np.concatenate([part.vectors for part in read]))


def _searched(parts: Parts, samples: int) -> tuple[Neighbourhoods, Singles]:
    """The nearest samples of each, searched for in few directions; and the vectors in these.

    Random directions keep angles (Johnson and Lindenstrauss), where principal ones would turn them by taking the mean
    away. The distances of what was found are those of the whole vectors, which lie in a file meanwhile.
    """
    first = next(parts()).vectors
    directions = min(_DIRECTIONS, first.shape[1])
    reduction = GaussianRandomProjection(directions, random_state=_SEED).fit(first.astype(np.float32))
    numbers, reduced = np.empty(samples, np.int64), np.empty((samples, directions), np.float32)
    with TemporaryFile() as file:
        whole = np.memmap(file, np.float16, "w+", shape=(samples, first.shape[1]))
        start = 0
        for part in parts():
            own = slice(start, start + len(part.numbers))
            numbers[own], whole[own] = part.numbers, part.vectors
            reduced[own] = reduction.transform(part.vectors.astype(np.float32))
            start = own.stop
        nearest, distances = _nearest(reduced, whole)
    return Neighbourhoods(numbers, numbers[nearest], distances), reduced


def _nearest(reduced: Singles, whole: "np.memmap[Any, np.dtype[np.float16]]") -> tuple[Numbers, Doubles]:
    """The places of the nearest samples of each (samples, neighbours), and their distances, nearest first."""
    from pynndescent import NNDescent

    index = NNDescent(reduced, metric="cosine", n_neighbors=2 * NEIGHBOURS + 1, random_state=_SEED)
    # The first is the sample itself.
    candidates = index.neighbor_graph[0][:, 1:]
    nearest = np.empty((len(reduced), NEIGHBOURS), np.int64)
    distances = np.empty((len(reduced), NEIGHBOURS))
    for start in range(0, len(reduced), _ROWS_AT_ONCE):
        rows = candidates[start : start + _ROWS_AT_ONCE]
        own = _unit(whole[start : start + len(rows)])
        apart = 1 - np.einsum("su,snu->sn", own, _unit(whole[rows]))
        order = np.argsort(apart, axis=1, kind="stable")[:, :NEIGHBOURS]
        nearest[start : start + len(rows)] = np.take_along_axis(rows, order, axis=1)
        distances[start : start + len(rows)] = np.take_along_axis(apart, order, axis=1)
    return nearest, distances.clip(0, 2)


def _unit(vectors: NDArray[np.float16]) -> Singles:
    """Vectors (..., units) of length 1; those without length stay as they are."""
    single = vectors.astype(np.float32)
    lengths = np.linalg.norm(single, axis=-1, keepdims=True)
    return np.asarray(np.divide(single, lengths, out=single, where=lengths > 0))


def _umap(vectors: Singles, found: Neighbourhoods) -> Doubles:
    # UMAP imports TensorFlow where it can, for a variant that is not used here.
    sys.modules.setdefault("tensorflow", None)  # type: ignore[arg-type]
    from umap import UMAP

    own = np.arange(len(vectors))
    graph = (
        np.concatenate([own[:, None], np.searchsorted(found.numbers, found.nearest)], axis=1),
        np.concatenate([np.zeros((len(own), 1)), found.distances], axis=1).astype(np.float32),
    )
    count = graph[0].shape[1]
    layout = UMAP(n_neighbors=count, metric="cosine", precomputed_knn=graph, random_state=_SEED, n_jobs=1)
    with warnings.catch_warnings():
        # New samples are laid out by a run of their own, so no index for them is needed.
        warnings.filterwarnings("ignore", "precomputed_knn")
        return np.asarray(layout.fit_transform(vectors), np.float64)
