"""Methods of modified backpropagation."""

from collections.abc import Callable, Mapping

import numpy as np
from conformance.derivations.base import Case, Derivation, chain, is_rectifier
from conformance.derivations.relevance import bounded, deep_taylor, w_square_rule
from conformance.slow_network import WEIGHTED, Matrix, Rule, Seen, SlowNetwork, Vector

from network.description import Node


def guided(node: Node, seen: Seen, arriving: Vector) -> list[Vector]:
    return chain(node, seen, np.maximum(arriving, 0.0) if is_rectifier(node) else arriving)


def _deconvolving(node: Node, seen: Seen, arriving: Vector) -> list[Vector]:
    return [np.maximum(arriving, 0.0)] if is_rectifier(node) else chain(node, seen, arriving)


def _started(case: Case, rule: Rule) -> Vector:
    return case.back(case.start * case.output() if case.settings["start"] == "output" else case.start, rule)


def _deep_lift(case: Case) -> Vector:
    """R = Δx m, with multipliers that go back between the picture and its baseline."""
    now, before = case.slow.forward(case.picture), case.slow.forward(case.baseline())

    def rule(node: Node, seen: Seen, multiplier: Vector) -> list[Vector]:
        other = before[node.name]
        changes = [x - reference for x, reference in zip(seen.inputs, other.inputs, strict=True)]
        if node.kind == "MaxPooling2D":
            return [_of_largest(case.slow, node, seen, other, multiplier)]
        if node.kind == "Multiply":
            spreads = [case.slow.spread(node, source) for source in (0, 1)]
            means = [(x + reference) / 2.0 for x, reference in zip(seen.inputs, other.inputs, strict=True)]
            factors = [mean @ spread for mean, spread in zip(means, spreads, strict=True)]
            return [spreads[0] @ (multiplier * factors[1]), spreads[1] @ (multiplier * factors[0])]
        if not seen.matrices:
            (change,), slope = changes, np.diag(seen.jacobians[0])
            quotient = np.divide(seen.output - other.output, change, out=slope.copy(), where=np.abs(change) > 1e-6)
            return [multiplier * quotient]
        return chain(node, seen, multiplier)

    arrived = case.slow.backward(now, case.node, case.start, rule)
    multiplier = arrived[case.slow.description.input.name].reshape(case.picture.shape)
    return np.asarray((case.picture - case.baseline()) * multiplier)


def _of_largest(slow: SlowNetwork, node: Node, seen: Seen, other: Seen, multiplier: Vector) -> Vector:
    """What the maximum gains goes to where it lies now, what it lost to where it lay before."""
    rise, change = seen.output - other.output, seen.inputs[0] - other.inputs[0]
    gained = slow.winners(node, seen.inputs[0]) @ (multiplier * np.maximum(rise, 0.0))
    lost = slow.winners(node, other.inputs[0]) @ (multiplier * np.minimum(rise, 0.0))
    return np.divide(gained + lost, change, out=np.zeros_like(change), where=np.abs(change) > 1e-6)


def fitted_patterns(case: Case) -> Mapping[str, Matrix]:
    """a = (E⁺[xy] - E⁺[x] E[y]) / wᵀ(...) of each layer with a kernel, place by place over the other pictures."""
    slow, seen = case.slow, [case.slow.forward(picture) for picture in case.backgrounds]
    found = {}
    for node in slow.weighted():
        readers = [other for other in slow.nodes if node.name in other.inputs]
        rectified = bool(readers) and all(is_rectifier(reader) for reader in readers)
        found[node.name] = _pattern(slow, node, [steps[node.name] for steps in seen], rectified=rectified)
    return found


def _pattern(slow: SlowNetwork, node: Node, seen: list[Seen], *, rectified: bool) -> Matrix:
    units = slow.shape(node.name)[-1]
    outputs = np.stack([steps.output for steps in seen])
    counted = (outputs > 0).astype(float) if rectified else np.ones_like(outputs)
    pairs = list(zip(seen, outputs, counted, strict=True))
    number = np.maximum(counted.reshape(-1, units).sum(axis=0), 1.0)
    mean = outputs.reshape(-1, units).mean(axis=0)
    products = sum(slow.averaged(node, steps.inputs[0], z * counts) for steps, z, counts in pairs)
    inputs = sum(slow.averaged(node, steps.inputs[0], counts) for steps, _, counts in pairs)

    def by_unit(values: Vector) -> Matrix:
        if node.kind == "DepthwiseConv2D":
            return values.reshape(slow.kernel(node).shape[2:])
        return values[:, None] if node.kind == "Conv2DTranspose" else values

    direction = np.asarray(products - inputs * by_unit(mean)) / by_unit(number)
    axes = {"DepthwiseConv2D": (0, 1), "Conv2DTranspose": (0, 1, 3)}.get(node.kind, tuple(range(direction.ndim - 1)))
    scale = (slow.kernel(node) * direction).sum(axis=axes, keepdims=True)
    return np.asarray(np.divide(direction, scale, out=np.zeros_like(direction), where=np.abs(scale) > 1e-12))


def _along_patterns(case: Case, kernel_of: Callable[[Matrix, Matrix], Matrix]) -> Vector:
    fitted = fitted_patterns(case)

    def rule(node: Node, seen: Seen, arriving: Vector) -> list[Vector]:
        if node.kind == "BatchNormalization":
            # With one input a unit, the signal of z = s x is in x itself, and wᵀa = 1 makes a = 1 / s.
            scale = np.diag(seen.matrices[0])
            return [kernel_of(scale, 1.0 / scale) * arriving]
        if node.kind not in WEIGHTED:
            return chain(node, seen, arriving)
        kernel = kernel_of(case.slow.kernel(node), fitted[node.name])
        return [case.slow.with_kernel(node, kernel) @ arriving]

    return case.back(case.start * case.output(), rule)


BACKPROP: dict[str, Derivation] = {
    "guided_backprop": lambda case: _started(case, guided),
    "deconvnet": lambda case: _started(case, _deconvolving),
    "deep_taylor": lambda case: deep_taylor(case, w_square_rule),
    "deep_taylor.bounded": lambda case: deep_taylor(case, bounded(case)),
    "deep_lift": _deep_lift,
    "pattern_net": lambda case: _along_patterns(case, lambda _, pattern: pattern),
    "pattern_attribution": lambda case: _along_patterns(case, lambda kernel, pattern: kernel * pattern),
}
