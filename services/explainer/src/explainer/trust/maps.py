"""Maps as the checks see them, one value a pixel, and how alike two of them are."""

from typing import Any

import numpy as np
import numpy.typing as npt

Map = npt.NDArray[np.float64]
"""(height, width)."""
_WINDOW, _DEVIATION = 11, 1.5
"""Of the Gaussian window of SSIM, in pixels, as in its paper."""


def pixel_map(relevance: npt.NDArray[np.float32]) -> Map:
    """The relevance of each pixel, the sum over its channels: (height, width, channels) to (height, width)."""
    return np.asarray(relevance.sum(axis=-1, dtype=np.float64))


def says_something(one: Map) -> bool:
    """Whether a map is finite and not everywhere the same."""
    return bool(np.isfinite(one).all() and np.ptp(one) > 0)


def rank_correlation(one: Map, other: Map) -> float:
    """Spearman's rank correlation of the pixels, in [-1, 1]; 0 with a map that says nothing."""
    if not (says_something(one) and says_something(other)):
        return 0.0
    # Imported where it is used: the service itself, which reads only figures, starts without it.
    from scipy.stats import spearmanr

    return float(spearmanr(one.ravel(), other.ravel()).statistic)


def ssim(one: Map, other: Map) -> float:
    """Structural similarity in [-1, 1] of two maps that are scaled to a largest magnitude of 1; 0 with a map that says
    nothing.

    Wang, Bovik, Sheikh, Simoncelli 2004, Image Quality Assessment, IEEE TIP 13(4), eq. 13, with its Gaussian window.
    """
    if not (says_something(one) and says_something(other)):
        return 0.0
    from skimage.metrics import structural_similarity

    first, second = (_at_least(_WINDOW, found / np.abs(found).max()) for found in (one, other))
    least = min(first.min(), second.min())
    found: Any = structural_similarity(  # type: ignore[no-untyped-call]
        first,
        second,
        data_range=2.0 if least < 0 else 1.0,
        gaussian_weights=True,
        sigma=_DEVIATION,
        use_sample_covariance=False,
    )
    return float(found)


def _at_least(side: int, found: Map) -> Map:
    """A map with its borders repeated until the window fits into it."""
    missing = [max(0, side - length) for length in found.shape]
    return np.pad(found, [(gap // 2, gap - gap // 2) for gap in missing], mode="edge") if any(missing) else found
