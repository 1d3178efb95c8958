"""What could be in a window of a picture: contents from other samples, or drawn to go with the pixels around it."""

from dataclasses import dataclass

import numpy as np
from sklearn.covariance import ledoit_wolf

from explainer.engine import FloatArray
from explainer.methods.black_box.segments import DoubleArray
from explainer.methods.black_box.windows import Windows

_FITTED_TO = 20_000
"""Patches, as in the authors' code."""


class MarginalPatches:
    """Contents that are at the same place in other samples.

    Args:
        windows: that are filled.
        others: (count, height, width, channels).
    """

    def __init__(self, windows: Windows, others: FloatArray) -> None:
        self.samples = len(others)
        self._windows = windows
        self._others = others

    def fill(self, picture: FloatArray, window: int, sample: int) -> None:
        """Puts contents into a window of a picture (height, width, channels)."""
        area = self._windows.area(window)
        picture[area] = self._others[sample][area]


@dataclass(frozen=True)
class _Gap:
    """A window at some place in its patch, and the Gaussian of what is in it given what is around it.

    Attributes:
        inside: the numbers in a flat patch that are in the window.
        around: the others.
        slopes: Σ₁₂ Σ₂₂⁻¹, how the mean follows what is around (channels, inside, around).
        spread: A with A Aᵀ = Σ₁₁ - Σ₁₂ Σ₂₂⁻¹ Σ₂₁ (channels, inside, inside).
    """

    inside: np.ndarray
    around: np.ndarray
    slopes: DoubleArray
    spread: DoubleArray


class ConditionalPatches:
    """Contents drawn from a Gaussian over patches, each channel by itself, given what is around the window.

    Args:
        windows: that are filled.
        others: samples (count, height, width, channels), to whose patches the Gaussian is fitted.
        surround: by how many pixels a patch is larger than its window on each side.
        samples: how many contents are drawn for each window.
        seed: of what is drawn.
    """

    def __init__(self, windows: Windows, others: FloatArray, surround: int, samples: int, seed: int) -> None:
        self.samples = samples
        self._windows = windows
        self._surround = surround
        self._seed = seed
        self._shape = np.minimum(np.array(windows.size) + 2 * surround, windows.shape)
        self._bounds = others.min(axis=(0, 1, 2)), others.max(axis=(0, 1, 2))
        patches = _patches(others, (int(self._shape[0]), int(self._shape[1])), seed)
        self._means = patches.mean(axis=0)
        self._covariances = np.stack([ledoit_wolf(channel)[0] for channel in patches.transpose(1, 0, 2)])
        self._gaps: dict[tuple[int, int], _Gap] = {}

    def fill(self, picture: FloatArray, window: int, sample: int) -> None:
        """Puts contents into a window of a picture (height, width, channels)."""
        corner = self._windows.corners[window]
        patch = np.clip(corner - self._surround, 0, self._windows.shape - self._shape)
        gap = self._gap(int(corner[0] - patch[0]), int(corner[1] - patch[1]))
        rows, columns = (slice(begin, begin + size) for begin, size in zip(patch, self._shape, strict=True))
        seen = picture[rows, columns].reshape(-1, picture.shape[-1]).T - self._means
        noise = drawn_noise(self._seed, window, sample, (len(seen), len(gap.inside)))
        contents = np.matvec(gap.slopes, seen[:, gap.around]) + np.matvec(gap.spread, noise)
        contents = (contents + self._means[:, gap.inside]).T.reshape(*self._windows.size, -1)
        picture[self._windows.area(window)] = np.clip(contents, *self._bounds)

    def _gap(self, top: int, left: int) -> _Gap:
        if (top, left) not in self._gaps:
            within = np.zeros(self._shape, bool)
            within[top : top + self._windows.size[0], left : left + self._windows.size[1]] = True
            inside, around = np.flatnonzero(within), np.flatnonzero(~within)
            across = self._covariances[:, inside[:, None], around]
            slopes = across @ np.linalg.pinv(self._covariances[:, around[:, None], around], hermitian=True)
            left_over = self._covariances[:, inside[:, None], inside] - slopes @ across.transpose(0, 2, 1)
            self._gaps[top, left] = _Gap(inside, around, slopes, _root(left_over))
        return self._gaps[top, left]


def drawn_noise(seed: int, window: int, sample: int, shape: tuple[int, int]) -> DoubleArray:
    """What is drawn for a sample of a window, whatever the picture."""
    return np.random.default_rng([seed, window, sample]).standard_normal(shape)


def _patches(others: FloatArray, shape: tuple[int, int], seed: int) -> DoubleArray:
    """Patches (count, channels, numbers) of samples: all of them, or many at random places."""
    views = np.lib.stride_tricks.sliding_window_view(others, shape, axis=(1, 2))
    places = np.arange(np.prod(views.shape[:3]))
    if len(places) > _FITTED_TO:
        places = np.random.default_rng(seed).choice(places, _FITTED_TO, replace=False)
    found = views[np.unravel_index(places, views.shape[:3])]
    return found.reshape(len(found), others.shape[-1], -1).astype(np.float64)


def _root(covariances: DoubleArray) -> DoubleArray:
    """A with A Aᵀ = Σ, symmetric; a covariance that rounding made slightly negative counts as none."""
    variances, axes = np.linalg.eigh(covariances)
    return np.asarray((axes * np.sqrt(np.maximum(variances, 0.0))[:, None, :]) @ axes.transpose(0, 2, 1))
