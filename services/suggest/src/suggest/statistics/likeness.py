"""How far maps are alike, many pairs of them at once: rank correlation, and what their most relevant cells share."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imaging.arrays import AnyFloats


@dataclass(frozen=True)
class Likeness:
    """Of some pairs of maps (pairs,): both NaN where they have too little in common to be compared.

    Attributes:
        correlation: Spearman's rank correlation, in [-1, 1]; NaN too where one of the maps is the same everywhere.
        overlap: the share of the most relevant cells of the one that are among those of the other, in [0, 1].
    """

    correlation: NDArray[np.float64]
    overlap: NDArray[np.float64]


def likeness(first: AnyFloats, second: AnyFloats, top_share: float) -> Likeness:
    """Compares each map of the one with that of the other, over the cells that both have.

    Args:
        first: (pairs, cells), NaN for cells that a map does not have.
        second: the same.
        top_share: the share of the cells that count as the most relevant ones, in (0, 1]; at least one cell does.
    """
    # Loaded here: SciPy takes the memory of half a million samples, and most services are never asked for this.
    from scipy.stats import rankdata

    common = ~(np.isnan(first) | np.isnan(second))
    cells = common.sum(axis=1)
    ranks = [np.asarray(rankdata(np.where(common, maps, np.inf), axis=1), np.float64) for maps in (first, second)]
    top = np.maximum(1, np.rint(top_share * cells))
    best = [_best(np.where(common, maps, -np.inf), top) for maps in (first, second)]
    shared = (best[0] & best[1] & common).sum(axis=1)
    return Likeness(
        correlation=_correlation(ranks[0], ranks[1], common),
        overlap=np.where(cells > 0, shared / top, np.nan),
    )


def _correlation(
    first: NDArray[np.float64], second: NDArray[np.float64], common: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Pearson's correlation of ranks over the common cells: Spearman's, ties sharing their mean rank."""
    cells = np.maximum(common.sum(axis=1, keepdims=True), 1)
    centred = [
        np.where(common, ranks - np.where(common, ranks, 0.0).sum(axis=1, keepdims=True) / cells, 0.0)
        for ranks in (first, second)
    ]
    product = (centred[0] * centred[1]).sum(axis=1)
    scale = np.sqrt((centred[0] ** 2).sum(axis=1) * (centred[1] ** 2).sum(axis=1))
    return np.asarray(np.divide(product, scale, out=np.full_like(product, np.nan), where=scale > 0))


def _best(maps: AnyFloats, top: AnyFloats) -> NDArray[np.bool_]:
    """Which cells are the most relevant ones; of equal ones, those that come first."""
    order = np.argsort(-maps, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.broadcast_to(np.arange(maps.shape[1]), maps.shape), axis=1)
    return np.asarray(places < top[:, None])
