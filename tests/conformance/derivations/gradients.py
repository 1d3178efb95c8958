"""The gradient family."""

import numpy as np
from conformance.derivations.base import Case, Derivation
from conformance.slow_network import SlowNetwork, Vector


def _gradient(case: Case) -> Vector:
    derivative = case.gradient()
    channels = derivative.shape[-1]
    match case.settings["reduction"]:
        case "absolute":
            return np.abs(derivative)
        case "max":
            return np.asarray(np.repeat(np.abs(derivative).max(axis=-1, keepdims=True), channels, axis=-1) / channels)
        case "sum":
            return np.asarray(np.repeat(derivative.sum(axis=-1, keepdims=True), channels, axis=-1) / channels)
        case _:
            return derivative


def _integrated(case: Case) -> Vector:
    steps, way = int(case.settings["steps"]), case.picture - case.baseline()
    points = (case.picture - way * (1.0 - (step + 0.5) / steps) for step in range(steps))
    return np.asarray(way * sum(case.gradient(point) for point in points) / steps)


def _expected(case: Case) -> Vector:
    steps, total = int(case.settings["steps"]), np.zeros(case.picture.shape)
    backgrounds = case.backgrounds[: int(case.settings["samples"])]
    for background in backgrounds:
        way = case.picture - background
        for step in range(steps):
            total += way * case.gradient(background + way * (step + 0.5) / steps)
    return total / (steps * len(backgrounds))


def _noisy(case: Case) -> Vector:
    """The gradients at noisy copies, stacked; the noise itself is that of the method."""
    spread = case.picture.max() - case.picture.min()
    seed, deviation = int(case.settings["seed"]), float(case.settings["noise"]) * float(spread)
    copies = []
    for number in range(int(case.settings["samples"])):
        noise = np.random.default_rng([seed, number]).standard_normal(case.picture.shape, np.float32)
        copies.append(case.gradient(case.picture + deviation * noise))
    return np.stack(copies)


GRADIENTS: dict[str, Derivation] = {
    "gradient": _gradient,
    "gradient.baseline": Case.gradient,
    "input_times_gradient": lambda case: np.asarray(case.picture * case.gradient()),
    "integrated_gradients": _integrated,
    "expected_gradients": _expected,
    "smoothgrad": lambda case: np.asarray(_noisy(case).mean(axis=0)),
    "smoothgrad.squared": lambda case: np.asarray((_noisy(case) ** 2).mean(axis=0)),
    "smoothgrad.variance": lambda case: np.asarray(_noisy(case).var(axis=0)),
}


def central_differences(slow: SlowNetwork, picture: Vector, node: str, unit: int, pixels: list[int]) -> Vector:
    """∂f/∂x at some pixels (of the flat picture), from how f changes."""
    step, found = 1e-5, []
    for pixel in pixels:
        change = np.zeros(picture.shape)
        change.flat[pixel] = step
        rise = slow.value(picture + change, node, unit) - slow.value(picture - change, node, unit)
        found.append(rise / (2.0 * step))
    return np.asarray(found)
