"""Stability: a map that changes under noise that nobody sees explains this picture's noise rather than the answer.

Yeh, Hsieh, Suggala, Inouye, Ravikumar 2019, On the (In)fidelity and Sensitivity of Explanations, NeurIPS,
arXiv:1901.09392, definition 2: SENS_MAX = max over |y - x| <= r of |Φ(y) - Φ(x)|, estimated as there by random samples
from the ball, here that of the largest change of a value. Divided by |Φ(x)|, so that maps of any scale compare.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from domain.quality import Stability
from explainer.engine import FloatArray
from explainer.trust.maps import Map

RADIUS = 0.02
"""Of the range from black to white: five grey levels of 255."""


def noisy_copy(
    picture: FloatArray, black: npt.ArrayLike, white: npt.ArrayLike, radius: float, seed: int, number: int
) -> FloatArray:
    """A copy of a picture (height, width, channels) of which each value has changed by a uniformly random amount.

    Args:
        picture: as the network reads it.
        black: what the network reads for black, for each channel.
        white: the same for white; copies stay between the two where the picture does.
        radius: the largest change, as a share of the range from black to white.
        seed: of the noise.
        number: of the copy: each number gives another one.
    """
    lower, upper = np.minimum(black, white), np.maximum(black, white)
    noise = np.random.default_rng([seed, number]).uniform(-radius, radius, picture.shape)
    lowest, highest = np.minimum(lower, picture), np.maximum(upper, picture)
    return np.asarray(np.clip(picture + noise * (upper - lower), lowest, highest), np.float32)


def relative_change(original: Map, changed: Map) -> float:
    """|Φ(y) - Φ(x)| / |Φ(x)|, with Euclidean norms over the pixels."""
    return float(np.linalg.norm(changed - original) / np.linalg.norm(original))


def stability(found: Sequence[tuple[float, float]]) -> Stability:
    """What came of all copies: for each the relative change of the map, and its rank correlation with the map."""
    changes, correlations = zip(*found, strict=True)
    return Stability(
        radius=RADIUS,
        changes=changes,
        max_sensitivity=max(changes),
        rank_correlation=float(np.mean(correlations)),
    )
