"""The layout of an embedding by UMAP, with the nearest samples of each. Runs in a child process: it takes minutes.

McInnes, Healy and Melville, "UMAP: Uniform Manifold Approximation and Projection", 2018. Nearest samples are found
exactly among some thousands, and by nearest-neighbour descent among more.
"""

import sys
import warnings
from collections.abc import Callable, Iterator
from io import BytesIO

import numpy as np
import polars as pl
from sklearn.decomposition import IncrementalPCA

from domain.errors import HubError, Reason
from suggest.statistics.embeddings import Embedded
from suggest.statistics.nearness import EXACT, NEIGHBOURS, Doubles, Neighbourhoods, neighbourhoods, principal_plane

_KEPT_UNITS = 50
"""More directions tell little more about nearness, and cost memory that a million samples do not leave."""
_FEWEST = 10
"""Fewer samples have no manifold; they are laid out by principal components."""
_SEED = 0

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
    embedded = _whole(parts) if samples <= EXACT else _reduced(parts)
    found = neighbourhoods(embedded) if samples <= EXACT else _near(embedded)
    places = principal_plane(embedded).places if samples < _FEWEST else _umap(embedded, found)
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


def _reduced(parts: Parts) -> Embedded:
    """The embedding in its principal directions, found part by part, and with single precision's quarter of memory."""
    analysis: IncrementalPCA | None = None
    for part in parts():
        count = min(_KEPT_UNITS, part.vectors.shape[1])
        if len(part.vectors) < count:
            continue
        analysis = analysis or IncrementalPCA(count)
        analysis.partial_fit(part.vectors.astype(np.float32))
    assert analysis is not None, "more samples than are compared one by one fill more than one shard"
    numbers, vectors = [], []
    for part in parts():
        numbers.append(part.numbers)
        vectors.append(analysis.transform(part.vectors.astype(np.float32)).astype(np.float16))
    return Embedded(np.concatenate(numbers), np.concatenate(vectors))


def _near(embedded: Embedded) -> Neighbourhoods:
    from pynndescent import NNDescent

    index = NNDescent(
        embedded.vectors.astype(np.float32), metric="cosine", n_neighbors=NEIGHBOURS + 1, random_state=_SEED
    )
    places, distances = index.neighbor_graph
    # The first is the sample itself.
    return Neighbourhoods(embedded.numbers, embedded.numbers[places[:, 1:]], distances[:, 1:].astype(np.float64))


def _umap(embedded: Embedded, found: Neighbourhoods) -> Doubles:
    # UMAP imports TensorFlow where it can, for a variant that is not used here.
    sys.modules.setdefault("tensorflow", None)  # type: ignore[arg-type]
    from umap import UMAP

    own = np.arange(len(embedded.numbers))
    places = np.searchsorted(embedded.numbers, found.nearest)
    graph = (
        np.concatenate([own[:, None], places], axis=1),
        np.concatenate([np.zeros((len(own), 1)), found.distances], axis=1).astype(np.float32),
    )
    count = graph[0].shape[1]
    layout = UMAP(n_neighbors=count, metric="cosine", precomputed_knn=graph, random_state=_SEED, n_jobs=1)
    with warnings.catch_warnings():
        # New samples are laid out by a run of their own, so no index for them is needed.
        warnings.filterwarnings("ignore", "precomputed_knn")
        return np.asarray(layout.fit_transform(embedded.vectors.astype(np.float32)), np.float64)
