"""Spectral relevance analysis (SpRAy): groups of explanations that look alike, to find the reasons a model goes by.

Lapuschkin et al., "Unmasking Clever Hans predictors and assessing what machines really learn", Nature Communications
2019: relevance maps on one grid, a graph of nearest maps, spectral clustering, and the gaps between the eigenvalues of
the graph's Laplacian as a hint at the number of groups.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import identity
from scipy.sparse.csgraph import laplacian
from scipy.sparse.linalg import eigsh
from sklearn.cluster import SpectralClustering
from sklearn.manifold import SpectralEmbedding
from sklearn.neighbors import kneighbors_graph

from domain.errors import HubError, Reason
from imaging.arrays import Floats

FEWEST = 6
"""Fewer maps make no graph whose groups mean anything."""
_NEIGHBOURS = 10
_MOST_GROUPS = 8
_SEED = 0
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Group:
    """Rows of the maps that look alike, the nearest to their mean first, and that mean (cells,)."""

    rows: NDArray[np.int64]
    typical: Doubles


@dataclass(frozen=True)
class Groups:
    """Groups, the largest first; the place (samples, 2) of every map; the smallest eigenvalues of the Laplacian."""

    groups: tuple[Group, ...]
    places: Doubles
    eigenvalues: Doubles


def clustered(maps: Floats) -> Groups:
    """Groups of maps.

    Args:
        maps: (samples, cells); NaN where a network does not see the picture.

    Raises:
        HubError: `ARGUMENT_INVALID` for too few of them.
    """
    if len(maps) < FEWEST:
        raise HubError(
            Reason.ARGUMENT_INVALID,
            f"{len(maps)} explained samples are too few to be grouped.",
            f"At least {FEWEST} are needed: name another label, or none to group all samples together.",
        )
    scaled = _scaled(maps)
    nearest = kneighbors_graph(scaled, min(_NEIGHBOURS, len(scaled) - 1), include_self=False)
    affinity = 0.5 * (nearest + nearest.T)
    eigenvalues = _smallest_eigenvalues(affinity)
    # One group is no answer to the question which there are, so the largest gap behind two or more counts.
    gaps = np.diff(eigenvalues)[1:]
    count = 2 + int(np.argmax(gaps)) if len(gaps) else 2
    with warnings.catch_warnings():
        # Groups without any tie between them are what is looked for.
        warnings.filterwarnings("ignore", "Graph is not fully connected")
        labels = SpectralClustering(count, affinity="precomputed", random_state=_SEED).fit_predict(affinity)
        places = SpectralEmbedding(2, affinity="precomputed", random_state=_SEED).fit_transform(affinity)
    groups = [_group(scaled, np.flatnonzero(labels == label)) for label in np.unique(labels)]
    return Groups(tuple(sorted(groups, key=lambda group: (-len(group.rows), group.rows.min()))), places, eigenvalues)


def _scaled(maps: Floats) -> Doubles:
    """Each map by its largest absolute value: how strong relevance is differs from sample to sample."""
    seen = np.nan_to_num(maps.astype(np.float64))
    largest = np.abs(seen).max(axis=1, keepdims=True)
    return np.asarray(np.divide(seen, largest, out=np.zeros_like(seen), where=largest > 0))


def _smallest_eigenvalues(affinity: Doubles) -> Doubles:
    matrix = laplacian(affinity, normed=True)
    count = min(_MOST_GROUPS + 1, matrix.shape[0] - 1)
    start = np.random.default_rng(_SEED).standard_normal(matrix.shape[0])
    # Those of a normed Laplacian lie in [0, 2]: its smallest are the largest of 2 - L, which converge at once.
    flipped = 2 * identity(matrix.shape[0]) - matrix
    values = 2 - eigsh(flipped, k=count, which="LA", v0=start, return_eigenvectors=False)
    return np.asarray(np.sort(np.maximum(values, 0.0)), np.float64)


def _group(scaled: Doubles, rows: NDArray[np.int64]) -> Group:
    typical = scaled[rows].mean(axis=0)
    order = np.argsort(np.linalg.norm(scaled[rows] - typical, axis=1), kind="stable")
    return Group(rows[order], typical)
