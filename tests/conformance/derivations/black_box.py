"""The black-box family once more, from the papers, slowly: one picture after the other, pixel by pixel.

What is drawn at random is taken over from the methods, and nothing else.
"""

from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import combinations
from math import ceil, factorial, log2, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from conformance.derivations.base import Case, Derivation, between
from conformance.slow_network import Vector
from scipy.linalg import sqrtm
from skimage.segmentation import slic

from explainer.methods.black_box import kernel_shap, lime, patches, rise, shapley_sampling

FEWER: dict[str, dict[str, Any]] = {
    "occlusion": {"window": 4, "stride": 3},
    "prediction_difference": {"window": 5, "stride": 4, "samples": 3},
    "lime": {"segments": 9, "samples": 60},
    "shapley_sampling": {"segments": 9, "permutations": 5},
    "kernel_shap": {"segments": 9, "coalitions": 120},
    "rise": {"masks": 50},
}
"""Parameters in place of the defaults, which would only repeat the same many times."""
OTHERS: list[tuple[str, dict[str, Any]]] = [
    ("occlusion", {"window": 20, "quantity": "logit", "baseline": "black"}),
    ("prediction_difference", {"window": 3, "stride": 3, "samples": 3, "sampling": "marginal", "difference": "score"}),
    ("prediction_difference", {"window": 3, "stride": 5, "surround": 1, "samples": 2, "difference": "logit"}),
    ("lime", {"segments": 16, "segmentation": "grid", "samples": 50, "penalty": 0.1, "kernel_width": 1.0, "seed": 3}),
    ("shapley_sampling", {"segments": 5, "segmentation": "grid", "permutations": 3, "quantity": "logit", "seed": 1}),
    ("kernel_shap", {"segments": 4, "segmentation": "grid", "quantity": "score", "baseline": "white"}),
    ("rise", {"masks": 20, "cells": 3, "seen": 0.3, "centred": False, "quantity": "logit", "seed": 2}),
    ("rise", {"masks": 20, "cells": 5, "baseline": "mean"}),
]


def _value(case: Case, picture: npt.ArrayLike, quantity: str) -> float:
    """The value explained; where it is a score, that of a softmax."""
    if quantity == "logit" or case.node != case.slow.description.output.name:
        return case.slow.value(picture, case.node, case.unit)
    logits = case.slow.logits(picture)
    return float(np.exp(logits - logits.max())[case.unit] / np.exp(logits - logits.max()).sum())


def _over_channels(places: Vector, channels: int) -> Vector:
    return np.stack([places / channels] * channels, axis=-1)


def _corners(length: int, window: int, stride: int) -> list[int]:
    """Where windows begin along a side: the last one ends with it."""
    found = [0]
    while found[-1] + window < length:
        found.append(min(found[-1] + min(stride, window), length - window))
    return found


def _windows(case: Case, window: int, stride: int) -> list[tuple[slice, slice]]:
    height, width = case.picture.shape[:2]
    tall, wide = min(window, height), min(window, width)
    return [
        (slice(top, top + tall), slice(left, left + wide))
        for top in _corners(height, tall, stride)
        for left in _corners(width, wide, stride)
    ]


def _mean_over_windows(case: Case, windows: list[tuple[slice, slice]], values: list[float]) -> Vector:
    height, width, channels = case.picture.shape
    found = np.zeros((height, width))
    for row in range(height):
        for column in range(width):
            found[row, column] = np.mean(
                [
                    value
                    for (rows, columns), value in zip(windows, values, strict=True)
                    if rows.start <= row < rows.stop and columns.start <= column < columns.stop
                ]
            )
    return _over_channels(found, channels)


def _occlusion(case: Case) -> Vector:
    window, quantity = int(case.settings["window"]), case.settings["quantity"]
    windows = _windows(case, window, int(case.settings["stride"]) or window // 2)
    whole, falls = _value(case, case.picture, quantity), []
    for area in windows:
        covered = case.picture.astype(np.float64)
        covered[area] = case.baseline()[area]
        falls.append(whole - _value(case, covered, quantity))
    return _mean_over_windows(case, windows, falls)


def _prediction_difference(case: Case) -> Vector:
    window = int(case.settings["window"])
    windows = _windows(case, window, int(case.settings["stride"]))
    quantity = "logit" if case.settings["difference"] == "logit" else "score"
    whole, found = _value(case, case.picture, quantity), []
    contents = _marginal if case.settings["sampling"] == "marginal" else _Conditional(case)
    for number, area in enumerate(windows):
        values = []
        for content in contents(case, number, area):
            filled = case.picture.astype(np.float64)
            filled[area] = content
            values.append(_value(case, filled, quantity))
        mean = sum(values) / len(values)
        if case.settings["difference"] == "log_odds":
            found.append(_bits(case, whole) - _bits(case, mean))
        else:
            found.append(whole - mean)
    return _mean_over_windows(case, windows, found)


def _bits(case: Case, probability: float) -> float:
    training, classes = int(case.settings["training_samples"]), case.slow.shape(case.node)[-1]
    corrected = (probability * training + 1) / (training + classes)
    return log2(corrected / (1 - corrected))


def _marginal(case: Case, _: int, area: tuple[slice, slice]) -> Iterator[Vector]:
    for other in case.backgrounds[: int(case.settings["samples"])]:
        yield other[area]


class _Conditional:
    """A Gaussian over the patches of all backgrounds, for each channel by itself."""

    def __init__(self, case: Case) -> None:
        height, width, channels = case.picture.shape
        side = int(case.settings["window"]) + 2 * int(case.settings["surround"])
        self._side = (min(side, height), min(side, width))
        self._gaussians = []
        for channel in range(channels):
            seen = [
                other[top : top + self._side[0], left : left + self._side[1], channel].ravel()
                for other in case.backgrounds.astype(np.float64)
                for top in range(height - self._side[0] + 1)
                for left in range(width - self._side[1] + 1)
            ]
            self._gaussians.append((np.mean(seen, axis=0), _shrunk(np.array(seen))))

    def __call__(self, case: Case, number: int, area: tuple[slice, slice]) -> Iterator[Vector]:
        (height, width, channels), around = case.picture.shape, int(case.settings["surround"])
        top = min(max(area[0].start - around, 0), height - self._side[0])
        left = min(max(area[1].start - around, 0), width - self._side[1])
        unknown = np.zeros((height, width), bool)
        unknown[area] = True
        inside = unknown[top : top + self._side[0], left : left + self._side[1]].ravel()
        for sample in range(int(case.settings["samples"])):
            content = np.zeros((*unknown[area].shape, channels))
            noise = patches.drawn_noise(int(case.settings["seed"]), number, sample, (channels, int(inside.sum())))
            for channel, (mean, covariance) in enumerate(self._gaussians):
                patch = case.picture[top : top + self._side[0], left : left + self._side[1], channel].ravel()
                known = np.linalg.solve(covariance[~inside][:, ~inside], covariance[~inside][:, inside])
                centre = mean[inside] + (patch - mean)[~inside] @ known
                left_over = covariance[inside][:, inside] - covariance[inside][:, ~inside] @ known
                drawn = centre + np.real(sqrtm(left_over)) @ noise[channel]
                ends = case.backgrounds[..., channel].min(), case.backgrounds[..., channel].max()
                content[..., channel] = np.clip(drawn, *ends).reshape(unknown[area].shape)
            yield content


def _shrunk(seen: Vector) -> Vector:
    """Ledoit, Wolf 2004, A well-conditioned estimator for large-dimensional covariance matrices, section 3.2."""
    count, size = seen.shape
    centred = seen - seen.mean(axis=0)
    sample = centred.T @ centred / count
    middle = np.trace(sample) / size * np.eye(size)
    far = ((sample - middle) ** 2).sum() / size
    error = sum(((np.outer(one, one) - sample) ** 2).sum() / size for one in centred) / count**2
    share = min(error, far) / far
    return np.asarray(share * middle + (1 - share) * sample)


def _segments(case: Case) -> npt.NDArray[Any]:
    height, width, channels = case.picture.shape
    wanted = int(case.settings["segments"])
    if case.settings["segmentation"] == "grid":
        side = int(sqrt(wanted))
        return np.array([[row * side // height * side + column * side // width for column in range(width)]
                         for row in range(height)])  # fmt: skip
    shown = np.clip((case.picture - case.lowest) / (case.highest - case.lowest), 0, 1).astype(np.float32)
    if channels == 1:
        shown = np.concatenate([shown] * 3, axis=-1)
    return np.asarray(slic(shown, n_segments=wanted, compactness=20, sigma=1, start_label=0))


def _worth(case: Case, segments: npt.NDArray[Any], coalition: frozenset[int]) -> float:
    """What is explained for the picture in which only the segments of a coalition are seen."""
    shown = case.baseline()
    for player in coalition:
        shown[segments == player] = case.picture[segments == player]
    return _value(case, shown, case.settings["quantity"])


def _game(case: Case, solve: Callable[[Case, Callable[[set[int]], float], int], Vector]) -> Vector:
    """The value of each player, in equal shares for all numbers of its segment."""
    segments, channels = _segments(case), case.picture.shape[-1]
    worth = cache(partial(_worth, case, segments))
    values = solve(case, lambda coalition: worth(frozenset(coalition)), int(segments.max()) + 1)
    found = np.zeros(case.picture.shape)
    for player, value in enumerate(values):
        found[segments == player] = value / ((segments == player).sum() * channels)
    return found


def _members(row: npt.NDArray[Any]) -> set[int]:
    return {int(player) for player in np.flatnonzero(row)}


def _shapley_sampling(case: Case, worth: Callable[[set[int]], float], players: int) -> Vector:
    count, added = int(case.settings["permutations"]), np.zeros(players)
    for order in shapley_sampling.drawn_orders(int(case.settings["seed"]), count, players):
        for place, player in enumerate(order):
            before = {int(other) for other in order[:place]}
            added[player] += worth(before | {int(player)}) - worth(before)
    return added / count


def shapley_values(worth: Callable[[set[int]], float], players: int) -> Vector:
    """φ_i = Σ_{S ∌ i} |S|! (n - |S| - 1)! / n! (v(S ∪ {i}) - v(S))."""
    found = np.zeros(players)
    for player in range(players):
        others = [other for other in range(players) if other != player]
        for size in range(players):
            weight = factorial(size) * factorial(players - size - 1) / factorial(players)
            for some in combinations(others, size):
                found[player] += weight * (worth({*some, player}) - worth(set(some)))
    return found


def _kernel_shap(case: Case, worth: Callable[[set[int]], float], players: int) -> Vector:
    """All coalitions give the Shapley values themselves; some, the regression with a multiplier for its constraint."""
    tried = int(case.settings["coalitions"])
    if 2**players - 2 <= tried:
        return shapley_values(worth, players)
    seen = kernel_shap.drawn_coalitions(int(case.settings["seed"]), tried // 2, players).astype(np.float64)
    none, whole = worth(set()), worth(set(range(players))) - worth(set())
    gains = np.array([worth(_members(row)) - none for row in seen])
    system = np.zeros((players + 1, players + 1))
    system[:-1, :-1] = seen.T @ seen
    system[-1, :-1] = system[:-1, -1] = 1.0
    return np.asarray(np.linalg.solve(system, np.append(seen.T @ gains, whole))[:-1])


def _lime(case: Case, worth: Callable[[set[int]], float], players: int) -> Vector:
    """Ridge regression with an intercept that is not penalised, from its normal equations."""
    settings = case.settings
    seen = lime.drawn_versions(int(settings["seed"]), int(settings["samples"]), players).astype(np.float64)
    lengths = np.sqrt((seen**2).sum(axis=1))
    cosines = np.array([row.sum() / (length * sqrt(players)) if length else 0.0
                        for row, length in zip(seen, lengths, strict=True)])  # fmt: skip
    weights = np.sqrt(np.exp(-((1 - cosines) ** 2) / float(settings["kernel_width"]) ** 2))
    design = np.c_[seen, np.ones(len(seen))]
    penalty = float(settings["penalty"]) * np.diag([1.0] * players + [0.0])
    values = np.array([worth(_members(row)) for row in seen])
    normal = design.T @ (weights[:, None] * design) + penalty
    return np.asarray(np.linalg.solve(normal, design.T @ (weights * values))[:-1])


def _rise(case: Case) -> Vector:
    height, width, channels = case.picture.shape
    settings = case.settings
    cells, shifts = rise.drawn_cells(rise.RiseParameters.model_validate(settings), (height, width))
    across = int(settings["cells"])
    tall, wide = ceil(height / across), ceil(width / across)
    down, along = between(across, (across + 1) * tall), between(across, (across + 1) * wide)
    masks, values = [], []
    for cell, (below, right) in zip(cells, shifts, strict=True):
        assert 0 <= below < tall
        assert 0 <= right < wide
        mask = (down @ cell @ along.T)[below : below + height, right : right + width]
        seen = case.baseline() + mask[..., None] * (case.picture - case.baseline())
        masks.append(mask)
        values.append(_value(case, seen, settings["quantity"]))
    found = np.array(values) - (np.mean(values) if settings["centred"] else 0.0)
    places = sum(value * mask for value, mask in zip(found, masks, strict=True)) / (settings["seen"] * len(masks))
    return _over_channels(np.asarray(places), channels)


BLACK_BOX: dict[str, Derivation] = {
    "occlusion": _occlusion,
    "prediction_difference": _prediction_difference,
    "lime": partial(_game, solve=_lime),
    "shapley_sampling": partial(_game, solve=_shapley_sampling),
    "kernel_shap": partial(_game, solve=_kernel_shap),
    "rise": _rise,
}
