"""From logits to scores, as the head of the original model made them."""

import numpy as np
import numpy.typing as npt

from domain.manifests import Head

DoubleArray = npt.NDArray[np.float64]


def scores(logits: npt.ArrayLike, head: Head) -> DoubleArray:
    """Scores in [0, 1] (batch, classes) of logits (batch, classes).

    Sigmoid heads score every unit by itself; all others share one among the classes.
    """
    values = np.asarray(logits, dtype=np.float64)
    if head is Head.SIGMOID:
        return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)), dtype=np.float64)
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float64)


def entropy(values: DoubleArray, head: Head) -> DoubleArray:
    """Entropy in nats (batch,) of scores (batch, classes); for sigmoid heads the mean over the units."""
    if head is Head.SIGMOID:
        return np.asarray((_surprise(values) + _surprise(1.0 - values)).mean(axis=-1))
    return np.asarray(_surprise(values).sum(axis=-1))


def best(values: DoubleArray, count: int) -> npt.NDArray[np.int64]:
    """The units with the highest scores (batch, count), best first; equal scores in the order of the units."""
    return np.argsort(-values, axis=-1, kind="stable")[:, :count]


def _surprise(values: DoubleArray) -> DoubleArray:
    return -values * np.log(np.where(values > 0, values, 1.0))
