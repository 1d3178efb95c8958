"""Layer-wise relevance propagation: every rule once more, with the products x_i w_ij as an explicit matrix."""

from collections.abc import Callable

import numpy as np
from conformance.derivations.base import Case, Derivation, is_rectifier, proportional, routed
from conformance.slow_network import CONVOLUTIONS, NORMALISING, SUMMING, WEIGHTED, Matrix, Rule, Seen, Vector

from network.description import Node

LinearRule = Callable[[Node, Seen, Vector], Vector]
"""At a layer with a kernel: from the relevance of its output to that of its input."""
_STABILISER = 1e-7


def divided(relevance: Vector, total: Vector) -> Vector:
    """R / z, and nothing where z is zero."""
    return np.divide(relevance, total, out=np.zeros_like(relevance), where=total != 0)


def handed_back(case: Case, linear: LinearRule) -> Vector:
    """The value explained, handed back with a rule for layers with kernels."""
    return case.back(case.start * case.output(), walk_rule(linear))


def walk_rule(linear: LinearRule) -> Rule:
    """How relevance passes each layer."""

    def rule(node: Node, seen: Seen, relevance: Vector) -> list[Vector]:
        if node.kind in WEIGHTED:
            return [linear(node, seen, relevance)]
        if node.kind in {"BatchNormalization", *NORMALISING}:
            return proportional(seen, relevance, _STABILISER)
        if routed(node):
            return [matrix @ relevance for matrix in seen.matrices]
        if node.kind in SUMMING:
            return proportional(seen, relevance, 0.0)
        if node.kind == "Multiply":
            return _product(node, seen, relevance)
        return [relevance]

    return rule


def _product(node: Node, seen: Seen, relevance: Vector) -> list[Vector]:
    """The networks of the tests call their gates so; without one, both factors share equally."""
    gates = ["gate" in source for source in node.inputs]
    spread = [(jacobian != 0).astype(float) for jacobian in seen.jacobians]
    if any(gates):
        return [
            np.zeros(len(x)) if gate else share @ relevance
            for x, gate, share in zip(seen.inputs, gates, spread, strict=True)
        ]
    return [share @ relevance / 2.0 for share in spread]


def products(seen: Seen) -> Matrix:
    """x_i w_ij."""
    return np.asarray(seen.inputs[0][:, None] * seen.matrices[0])


def z_rule(*, bias: bool = True) -> LinearRule:
    return lambda _, seen, relevance: (
        products(seen) @ divided(relevance, seen.output if bias else products(seen).sum(axis=0))
    )


def epsilon_rule(epsilon: float, *, bias: bool = True) -> LinearRule:
    def rule(_: Node, seen: Seen, relevance: Vector) -> Vector:
        z = seen.output if bias else products(seen).sum(axis=0)
        return np.asarray(products(seen) @ (relevance / (z + epsilon * np.where(z >= 0, 1.0, -1.0))))

    return rule


def alpha_beta_rule(alpha: float, bias: str = "full") -> LinearRule:
    def rule(_: Node, seen: Seen, relevance: Vector) -> Vector:
        result = np.zeros(len(seen.inputs[0]))
        for weight, sign in ((alpha, 1.0), (1.0 - alpha, -1.0)):
            part = np.where(sign * products(seen) > 0, products(seen), 0.0)
            counted = {"full": seen.offset, "signed": np.where(sign * seen.offset > 0, seen.offset, 0.0)}
            total = part.sum(axis=0) + counted.get(bias, 0.0)
            result += weight * (part @ divided(relevance, total))
        return result

    return rule


def gamma_rule(case: Case, gamma: float) -> LinearRule:
    def rule(node: Node, seen: Seen, relevance: Vector) -> Vector:
        result = np.zeros(len(seen.inputs[0]))
        readers = [other for other in case.slow.nodes if node.name in other.inputs]
        above = (seen.output >= 0) | (bool(readers) and all(is_rectifier(reader) for reader in readers))
        for sign, there in ((1.0, above), (-1.0, ~above)):
            part = products(seen) + gamma * np.where(sign * products(seen) > 0, products(seen), 0.0)
            raised = seen.offset + gamma * np.where(sign * seen.offset > 0, seen.offset, 0.0)
            result += part @ divided(np.where(there, relevance, 0.0), part.sum(axis=0) + raised)
        return result

    return rule


def _shared(part: Matrix, relevance: Vector) -> Vector:
    return np.asarray(part @ divided(relevance, part.sum(axis=0)))


def flat_rule(case: Case) -> LinearRule:
    def rule(node: Node, _: Seen, relevance: Vector) -> Vector:
        return _shared(case.slow.with_kernel(node, np.ones_like(case.slow.kernel(node))), relevance)

    return rule


def w_square_rule(_: Node, seen: Seen, relevance: Vector) -> Vector:
    return _shared(seen.matrices[0] ** 2, relevance)


def z_plus_rule(_: Node, seen: Seen, relevance: Vector) -> Vector:
    return _shared(np.maximum(products(seen), 0.0), relevance)


def z_plus_fast_rule(_: Node, seen: Seen, relevance: Vector) -> Vector:
    return _shared(seen.inputs[0][:, None] * np.maximum(seen.matrices[0], 0.0), relevance)


def z_box_rule(low: float, high: float) -> LinearRule:
    def rule(_: Node, seen: Seen, relevance: Vector) -> Vector:
        weights = seen.matrices[0]
        return _shared(products(seen) - low * np.maximum(weights, 0.0) - high * np.minimum(weights, 0.0), relevance)

    return rule


def first_box(case: Case) -> LinearRule:
    """z^B with the range of the pixels, carried through a Rescaling in front of the layer."""
    scaling = next((node for node in case.slow.nodes if node.kind == "Rescaling"), None)
    scale, offset = 1.0, 0.0
    if scaling is not None:
        scale, offset = (float(str(scaling.arguments[name])) for name in ("scale", "offset"))
    ends = sorted([case.lowest * scale + offset, case.highest * scale + offset])
    return z_box_rule(*ends)


def chosen(case: Case, *, dense: LinearRule, convolution: LinearRule, first: LinearRule | None = None) -> LinearRule:
    """A rule by the kind of the layer, with another at the layers that see the picture."""

    def rule(node: Node, seen: Seen, relevance: Vector) -> Vector:
        if first is not None and case.slow.is_first(node):
            return first(node, seen, relevance)
        return (convolution if node.kind in CONVOLUTIONS else dense)(node, seen, relevance)

    return rule


def until(case: Case, index: int, below: LinearRule, above: LinearRule) -> LinearRule:
    """A rule up to a layer with a kernel, and another above it."""
    names = [node.name for node in case.slow.weighted()]
    return lambda node, seen, relevance: (below if names.index(node.name) <= index else above)(node, seen, relevance)


def _preset(case: Case, alpha: float, *, flat: bool = False) -> LinearRule:
    dense, convolution = epsilon_rule(case.settings["epsilon"]), alpha_beta_rule(alpha, case.settings["bias"])
    return chosen(case, dense=dense, convolution=convolution, first=flat_rule(case) if flat else None)


def _named(case: Case, name: str) -> LinearRule:
    return {
        "z": z_rule(),
        "epsilon": epsilon_rule(_STABILISER),
        "gamma": gamma_rule(case, 0.25),
        "alpha_1_beta_0": alpha_beta_rule(1),
        "alpha_2_beta_1": alpha_beta_rule(2),
        "z_plus": z_plus_rule,
        "flat": flat_rule(case),
        "w_square": w_square_rule,
        "z_box": first_box(case),
    }[name]


def _written(case: Case) -> LinearRule:
    """The user's own rules, as far as the tests write some."""
    rules = {given["layers"]: given["rule"] for given in case.settings["rules"]}

    def rule_of(layers: str) -> LinearRule:
        given = rules.get(layers, {"name": "epsilon", "epsilon": _STABILISER})
        match given["name"]:
            case "gamma":
                return gamma_rule(case, given["gamma"])
            case "epsilon":
                return epsilon_rule(given["epsilon"])
            case name:
                return _named(case, name)

    first = rule_of("first") if "first" in rules else None
    return chosen(case, dense=rule_of("dense"), convolution=rule_of("convolution"), first=first)


def deep_taylor(case: Case, first: LinearRule) -> Vector:
    """z⁺ above the first layers, from the positive part of the output."""
    rule = chosen(case, dense=z_plus_rule, convolution=z_plus_rule, first=first)
    return case.back(case.start * np.maximum(case.output(), 0.0), walk_rule(rule))


def bounded(case: Case) -> LinearRule:
    """z^B with the bounds of the settings, or those of the pixels."""
    low, high = case.settings["low"], case.settings["high"]
    return first_box(case) if low is None or high is None else z_box_rule(low, high)


def _epsilon(case: Case) -> LinearRule:
    return epsilon_rule(float(case.settings["epsilon"]))


RELEVANCE: dict[str, Derivation] = {
    "lrp.z": lambda case: handed_back(case, z_rule()),
    "lrp.z_ib": lambda case: handed_back(case, z_rule(bias=False)),
    "lrp.epsilon": lambda case: handed_back(case, _epsilon(case)),
    "lrp.epsilon_ib": lambda case: handed_back(case, epsilon_rule(float(case.settings["epsilon"]), bias=False)),
    "lrp.flat": lambda case: handed_back(case, flat_rule(case)),
    "lrp.w_square": lambda case: handed_back(case, w_square_rule),
    "lrp.alpha_beta": lambda case: handed_back(case, alpha_beta_rule(case.settings["alpha"], case.settings["bias"])),
    "lrp.alpha_1_beta_0": lambda case: handed_back(case, alpha_beta_rule(1, case.settings["bias"])),
    "lrp.alpha_2_beta_1": lambda case: handed_back(case, alpha_beta_rule(2, case.settings["bias"])),
    "lrp.alpha_1_beta_0_ib": lambda case: handed_back(case, alpha_beta_rule(1, "none")),
    "lrp.alpha_2_beta_1_ib": lambda case: handed_back(case, alpha_beta_rule(2, "none")),
    "lrp.z_plus": lambda case: handed_back(case, z_plus_rule),
    "lrp.z_plus_fast": lambda case: handed_back(case, z_plus_fast_rule),
    "lrp.gamma": lambda case: handed_back(case, gamma_rule(case, case.settings["gamma"])),
    "lrp.z_box": lambda case: handed_back(
        case, chosen(case, dense=z_plus_rule, convolution=z_plus_rule, first=first_box(case))
    ),
    "lrp.sequential_preset_a": lambda case: handed_back(case, _preset(case, 1)),
    "lrp.sequential_preset_b": lambda case: handed_back(case, _preset(case, 2)),
    "lrp.sequential_preset_a_flat": lambda case: handed_back(case, _preset(case, 1, flat=True)),
    "lrp.sequential_preset_b_flat": lambda case: handed_back(case, _preset(case, 2, flat=True)),
    "lrp.sequential_preset_b_flat_until_idx": lambda case: handed_back(
        case, until(case, int(case.settings["index"]), flat_rule(case), _preset(case, 2))
    ),
    "lrp.rule_until_idx": lambda case: handed_back(
        case,
        until(
            case,
            int(case.settings["index"]),
            _named(case, case.settings["lower"]),
            _named(case, case.settings["upper"]),
        ),
    ),
    "lrp.epsilon_plus_flat": lambda case: handed_back(
        case, chosen(case, dense=_epsilon(case), convolution=z_plus_rule, first=flat_rule(case))
    ),
    "lrp.epsilon_gamma_box": lambda case: handed_back(
        case,
        chosen(case, dense=_epsilon(case), convolution=gamma_rule(case, case.settings["gamma"]), first=first_box(case)),
    ),
    "lrp.composite": lambda case: handed_back(case, _written(case)),
}


def kept_by_biases(case: Case, epsilon: float) -> float:
    """What LRP-ε leaves at biases and stabilisers on its way: Σ_j (b_j + ε sign z_j) R_j / (z_j + ε sign z_j)."""
    kept: list[float] = []

    def linear(node: Node, seen: Seen, relevance: Vector) -> Vector:
        stabiliser = epsilon * np.where(seen.output >= 0, 1.0, -1.0)
        kept.append(float(((seen.offset + stabiliser) * relevance / (seen.output + stabiliser)).sum()))
        return epsilon_rule(epsilon)(node, seen, relevance)

    handed_back(case, linear)
    return sum(kept)
