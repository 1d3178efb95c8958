"""Class activation maps."""

from collections.abc import Callable

import numpy as np
from conformance.derivations.backprop import guided
from conformance.derivations.base import Case, Derivation, between, chain
from conformance.slow_network import Matrix, Vector


def _maps_and_gradient(case: Case) -> tuple[Matrix, Matrix]:
    seen, shape = case.slow.forward(case.picture), case.slow.shape(case.layer)
    derivative = case.slow.backward(seen, case.node, case.start, chain)[case.layer]
    return seen[case.layer].output.reshape(shape), derivative.reshape(shape)


def _drawn(case: Case, coarse: Matrix) -> Vector:
    channels = case.picture.shape[-1]
    return np.asarray(np.repeat(_fine(case, coarse)[..., None], channels, axis=-1) / channels)


def _fine(case: Case, coarse: Matrix) -> Matrix:
    height, width, _ = case.picture.shape
    return np.asarray(between(coarse.shape[0], height) @ coarse @ between(coarse.shape[1], width).T)


def _grad_cam(maps: Matrix, gradient: Matrix) -> Matrix:
    return np.asarray(np.maximum((gradient.mean(axis=(0, 1)) * maps).sum(axis=-1), 0.0))


def _grad_cam_plus_plus(maps: Matrix, gradient: Matrix) -> Matrix:
    denominator = 2.0 * gradient**2 + maps.sum(axis=(0, 1)) * gradient**3
    alphas = np.divide(gradient**2, denominator, out=np.zeros_like(maps), where=denominator != 0)
    weights = (alphas * np.maximum(gradient, 0.0)).sum(axis=(0, 1))
    return np.asarray(np.maximum((weights * maps).sum(axis=-1), 0.0))


def _of_gradient(coarse: Callable[[Matrix, Matrix], Matrix]) -> Derivation:
    return lambda case: _drawn(case, coarse(*_maps_and_gradient(case)))


def _guided_grad_cam(case: Case) -> Vector:
    coarse = _fine(case, _grad_cam(*_maps_and_gradient(case)))
    return np.asarray(case.back(case.start, guided) * coarse[..., None])


def _score_cam(case: Case) -> Vector:
    maps, _ = _maps_and_gradient(case)
    tried = int(case.settings["channels"]) or maps.shape[-1]
    chosen = np.argsort(-maps.var(axis=(0, 1)), kind="stable")[:tried]
    rises = []
    for unit in chosen:
        mask = _fine(case, maps[..., unit])
        spread = mask.max() - mask.min()
        mask = (mask - mask.min()) / spread if spread > 0 else np.zeros_like(mask)
        rises.append(_watched(case, case.picture * mask[..., None]) - _watched(case, np.zeros(case.picture.shape)))
    weights = np.exp(np.array(rises) - max(rises))
    weights /= weights.sum()
    return _drawn(case, np.maximum((weights * maps[..., chosen]).sum(axis=-1), 0.0))


def _watched(case: Case, picture: Vector) -> float:
    if case.settings["quantity"] == "logit":
        return case.value(picture)
    powers = np.exp(case.slow.logits(picture) - case.slow.logits(picture).max())
    return float(powers[case.unit] / powers.sum())


def _activation(case: Case) -> Vector:
    shape = case.slow.shape(case.layer)
    return _drawn(case, case.slow.forward(case.picture)[case.layer].output.reshape(shape).mean(axis=-1))


MAPS: dict[str, Derivation] = {
    "grad_cam": _of_gradient(_grad_cam),
    "grad_cam_plus_plus": _of_gradient(_grad_cam_plus_plus),
    "layer_cam": _of_gradient(lambda maps, gradient: np.maximum((np.maximum(gradient, 0) * maps).sum(axis=-1), 0.0)),
    "hires_cam": _of_gradient(lambda maps, gradient: np.asarray((gradient * maps).sum(axis=-1))),
    "guided_grad_cam": _guided_grad_cam,
    "score_cam": _score_cam,
    "activation": _activation,
}
