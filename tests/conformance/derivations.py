"""The methods once more, from the papers, slowly: NumPy in double precision, every linear layer an explicit matrix.

Nothing here is shared with the product but the description of a network and its weights. Pictures and the outputs of
layers are flat vectors; `matrices` maps what a layer reads, a matrix for each of its sources, so that
z = Σ_k x_k W_k + b.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from network.description import NetworkDescription, Node

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
_ROUTING = {"MaxPooling2D", "Concatenate", "ZeroPadding2D", "Flatten"}
_SUMMING = {"Add", "AveragePooling2D", "GlobalAveragePooling2D"}
_CONVOLUTIONS = {"Conv2D", "DepthwiseConv2D"}


@dataclass(frozen=True)
class Seen:
    """A layer for one picture: what it read, what it gave, and the linear map between the two if it is one."""

    inputs: list[Vector]
    output: Vector
    matrices: list[Matrix]
    offset: Vector


Rule = Callable[[Node, Seen, Vector], list[Vector]]


class SlowNetwork:
    """A network, from its description and its weights."""

    def __init__(self, description: NetworkDescription, weights: Mapping[str, npt.NDArray[Any]]) -> None:
        self.description = description
        self._shapes = {node.name: node.output_shape for node in description.nodes}
        self._weights = {name: np.asarray(array, np.float64) for name, array in weights.items()}
        self._maps = {
            node.name: self._linear(node) for node in description.nodes[1:] if node.kind not in {*_KINKS, _MAXIMUM}
        }

    def forward(self, picture: npt.ArrayLike) -> dict[str, Seen]:
        """What every layer sees and gives for one picture (height, width, channels)."""
        flat = np.asarray(picture, np.float64).ravel()
        seen = {self.description.input.name: Seen([], flat, [], np.zeros(0))}
        for node in self.description.nodes[1:]:
            seen[node.name] = self._seen(node, [seen[source].output for source in node.inputs])
        return seen

    def logits(self, picture: npt.ArrayLike) -> Vector:
        """The logits for one picture."""
        return self.forward(picture)[self.description.output.name].output

    def start(self, node: str, unit: int) -> Vector:
        """The weights of a node's outputs in the value explained: the mean over places of a channel."""
        channel = np.zeros(self._shapes[node])
        channel[..., unit] = 1.0
        return np.asarray(channel.ravel() / channel.sum())

    def value(self, picture: npt.ArrayLike, node: str, unit: int) -> float:
        """The value explained."""
        return float(self.forward(picture)[node].output @ self.start(node, unit))

    def backward(self, seen: Mapping[str, Seen], node: str, start: Vector, rule: Rule) -> dict[str, Vector]:
        """From a vector over a node's outputs to those over all nodes before it."""
        arriving: dict[str, Vector] = {node: start}
        names = [found.name for found in self.description.nodes]
        for current in reversed(self.description.nodes[1 : names.index(node) + 1]):
            if current.name not in arriving:
                continue
            shares = rule(current, seen[current.name], arriving[current.name])
            for source, share in zip(current.inputs, shares, strict=True):
                arriving[source] = arriving.get(source, np.zeros_like(share)) + share
        return arriving

    def shape(self, node: str) -> tuple[int, ...]:
        """The shape of a node's output."""
        return self._shapes[node]

    def _seen(self, node: Node, inputs: list[Vector]) -> Seen:
        if node.kind in _KINKS:
            return Seen(inputs, np.clip(inputs[0], 0.0, _ceiling(node)), [], np.zeros(0))
        if node.kind == _MAXIMUM:
            matrix = self._winners(node, inputs[0])
            return Seen(inputs, inputs[0] @ matrix, [matrix], np.zeros(0))
        matrices, offset = self._maps[node.name]
        terms = [vector @ matrix for vector, matrix in zip(inputs, matrices, strict=True)]
        return Seen(inputs, np.sum(terms, axis=0) + offset, matrices, offset)

    def _linear(self, node: Node) -> tuple[list[Matrix], Vector]:
        after = int(np.prod(self._shapes[node.name]))
        before = [self._shapes[source] for source in node.inputs]
        own = {name.rpartition(".")[2]: array for name, array in self._weights.items() if name.startswith(node.name)}
        own = {kind: array for kind, array in own.items() if f"{node.name}.{kind}" in self._weights}
        if node.kind == "Dense":
            return [own["kernel"]], own.get("bias", np.zeros(after))
        if node.kind == "BatchNormalization":
            scale = own["gamma"] / np.sqrt(own["moving_variance"] + float(str(node.arguments["epsilon"])))
            places = after // len(scale)
            offset = own["beta"] - own["moving_mean"] * scale
            return [np.diag(np.tile(scale, places))], np.tile(offset, places)
        if node.kind in {"Flatten", "Add"}:
            return [np.eye(after) for _ in before], np.zeros(after)
        if node.kind == "GlobalAveragePooling2D":
            places = before[0][0] * before[0][1]
            return [np.tile(np.eye(after), (places, 1)) / places], np.zeros(after)
        if node.kind == "Concatenate":
            return self._joined(node, before), np.zeros(after)
        offset = np.tile(own.get("bias", np.zeros(1)), after // len(own.get("bias", np.zeros(1))))
        return [self._windowed(node, before[0], own)], offset

    def _joined(self, node: Node, before: list[tuple[int, ...]]) -> list[Matrix]:
        matrices, first = [], 0
        for shape in before:
            positions = np.arange(int(np.prod(self._shapes[node.name]))).reshape(self._shapes[node.name])
            matrix = np.zeros((int(np.prod(shape)), positions.size))
            matrix[np.arange(len(matrix)), positions[..., first : first + shape[-1]].ravel()] = 1.0
            matrices.append(matrix)
            first += shape[-1]
        return matrices

    def _windowed(self, node: Node, before: tuple[int, ...], own: Mapping[str, Matrix]) -> Matrix:
        """Convolutions, means over windows, and padding: an entry for each pair of a place read and a place given."""
        (height, width, channels), after = before, self._shapes[node.name]
        matrix = np.zeros((height, width, channels, *after))
        for row, column, i, j, y, x in _windows(node, before, after):
            if node.kind == "Conv2D":
                matrix[y, x, :, row, column, :] = own["kernel"][i, j]
            for channel in range(channels) if node.kind != "Conv2D" else ():
                weight = own["kernel"][i, j, channel, 0] if node.kind == "DepthwiseConv2D" else _share(node)
                matrix[y, x, channel, row, column, channel] = weight
        return matrix.reshape(height * width * channels, -1)

    def _winners(self, node: Node, read: Vector) -> Matrix:
        before, after = self._shapes[node.inputs[0]], self._shapes[node.name]
        picture, matrix = read.reshape(before), np.zeros((*before, *after))
        best = np.full(after, -np.inf)
        places = np.zeros((*after, 2), int)
        for row, column, _, _, y, x in _windows(node, before, after):
            better = picture[y, x] > best[row, column]
            best[row, column][better] = picture[y, x][better]
            places[row, column][better] = (y, x)
        for row, column, channel in product(*map(range, after)):
            y, x = places[row, column, channel]
            matrix[y, x, channel, row, column, channel] = 1.0
        return matrix.reshape(read.size, -1)


_KINKS = {"Activation", "ReLU"}
_MAXIMUM = "MaxPooling2D"


def _ceiling(node: Node) -> float:
    """The bound of a rectifier; these networks have no other activation."""
    assert node.kind == "ReLU" or node.arguments == {"activation": "relu"}, "derived here for rectifiers only"
    return float(str(node.arguments.get("max_value") or np.inf))


def _share(node: Node) -> float:
    window = _pair(node, "pool_size") if node.kind == "AveragePooling2D" else (1, 1)
    return 1.0 / (window[0] * window[1])


def _pair(node: Node, argument: str) -> tuple[int, int]:
    value = node.arguments.get(argument, [1, 1])
    assert isinstance(value, list), "these networks have pairs"
    return int(str(value[0])), int(str(value[1]))


def _windows(node: Node, before: tuple[int, ...], after: tuple[int, ...]) -> list[tuple[int, int, int, int, int, int]]:
    """All (row, column) given, with (i, j) in their window and the (y, x) read there, those beyond the border not."""
    size = _pair(node, "pool_size" if "Pooling" in node.kind else "kernel_size")
    stride = _pair(node, "strides")
    margins = [0, 0]
    if node.arguments.get("padding") == "same":
        margins = [max((after[k] - 1) * stride[k] + size[k] - before[k], 0) // 2 for k in (0, 1)]
    elif node.kind == "ZeroPadding2D":
        padding: Any = node.arguments["padding"]
        margins = [side[0] for side in padding]
    found = []
    for row, column, i, j in product(range(after[0]), range(after[1]), range(size[0]), range(size[1])):
        y, x = row * stride[0] + i - margins[0], column * stride[1] + j - margins[1]
        if 0 <= y < before[0] and 0 <= x < before[1]:
            found.append((row, column, i, j, y, x))
    return found


def _chain(node: Node, seen: Seen, arriving: Vector) -> list[Vector]:
    """R_i = Σ_j R_j ∂z_j/∂x_i."""
    if node.kind in _KINKS:
        return [arriving * ((seen.inputs[0] > 0) & (seen.inputs[0] < _ceiling(node)))]
    return [matrix @ arriving for matrix in seen.matrices]


def _guided(node: Node, seen: Seen, arriving: Vector) -> list[Vector]:
    return _chain(node, seen, np.maximum(arriving, 0.0) if node.kind in _KINKS else arriving)


def _proportional(seen: Seen, relevance: Vector, stabiliser: float) -> list[Vector]:
    """R_i = x_i Σ_j w_ij R_j / (z_j + ε sign z_j); without ε nothing comes out of what is zero."""
    denominator = seen.output + stabiliser * np.where(seen.output >= 0, 1.0, -1.0)
    shares = np.divide(relevance, denominator, out=np.zeros_like(relevance), where=denominator != 0)
    return [x * np.einsum("ij,j->i", matrix, shares) for x, matrix in zip(seen.inputs, seen.matrices, strict=True)]


def _relevance_rule(linear: Callable[[Node, Seen, Vector], list[Vector]]) -> Rule:
    def rule(node: Node, seen: Seen, relevance: Vector) -> list[Vector]:
        if node.kind in _KINKS:
            return [relevance]
        if node.kind in _ROUTING:
            return [matrix @ relevance for matrix in seen.matrices]
        if node.kind in _SUMMING:
            return _proportional(seen, relevance, 0.0)
        return linear(node, seen, relevance)

    return rule


def _speaking_for(seen: Seen, relevance: Vector, *, full_bias: bool) -> list[Vector]:
    """α = 1, β = 0: R_i = Σ_j (x_i w_ij)⁺ / (Σ_i (x_i w_ij)⁺ + b_j) R_j."""
    products = np.maximum(seen.inputs[0][:, None] * seen.matrices[0], 0.0)
    total = products.sum(axis=0) + (seen.offset if full_bias else np.maximum(seen.offset, 0.0))
    shares = np.divide(relevance, total, out=np.zeros_like(relevance), where=total != 0)
    return [np.einsum("ij,j->i", products, shares)]


Settings = Mapping[str, Any]
Derivation = Callable[[SlowNetwork, npt.NDArray[Any], str, int, Settings], Vector]
"""From network, picture, node, unit and parameters to relevance in the shape of the picture."""


def _back_to_picture(slow: SlowNetwork, picture: npt.NDArray[Any], node: str, start: Vector, rule: Rule) -> Vector:
    arrived = slow.backward(slow.forward(picture), node, start, rule)
    return arrived[slow.description.input.name].reshape(picture.shape)


def _gradient(slow: SlowNetwork, picture: npt.NDArray[Any], node: str, unit: int, settings: Settings) -> Vector:
    derivative = _back_to_picture(slow, picture, node, slow.start(node, unit), _chain)
    return np.abs(derivative) if settings.get("reduction") == "absolute" else derivative


def _input_times_gradient(slow: SlowNetwork, picture: npt.NDArray[Any], node: str, unit: int, _: Settings) -> Vector:
    return np.asarray(picture * _gradient(slow, picture, node, unit, {}))


def _integrated(slow: SlowNetwork, picture: npt.NDArray[Any], node: str, unit: int, settings: Settings) -> Vector:
    steps, way = int(settings["steps"]), picture - float(settings["baseline"])
    total = np.zeros(picture.shape)
    for step in range(steps):
        total += _gradient(slow, picture - way * (1.0 - (step + 0.5) / steps), node, unit, {})
    return np.asarray(way * total / steps)


def _guided_backprop(slow: SlowNetwork, picture: npt.NDArray[Any], node: str, unit: int, settings: Settings) -> Vector:
    start = slow.start(node, unit)
    if settings["start"] == "output":
        start = start * slow.forward(picture)[node].output
    return _back_to_picture(slow, picture, node, start, _guided)


def _lrp_epsilon(slow: SlowNetwork, picture: npt.NDArray[Any], node: str, unit: int, settings: Settings) -> Vector:
    epsilon = float(settings["epsilon"])
    start = slow.start(node, unit) * slow.forward(picture)[node].output
    rule = _relevance_rule(lambda _, seen, relevance: _proportional(seen, relevance, epsilon))
    return _back_to_picture(slow, picture, node, start, rule)


def _preset_a(slow: SlowNetwork, picture: npt.NDArray[Any], node: str, unit: int, settings: Settings) -> Vector:
    def linear(layer: Node, seen: Seen, relevance: Vector) -> list[Vector]:
        if layer.kind in _CONVOLUTIONS:
            return _speaking_for(seen, relevance, full_bias=settings["bias"] == "full")
        return _proportional(seen, relevance, float(settings["epsilon"]) if layer.kind == "Dense" else 1e-7)

    start = slow.start(node, unit) * slow.forward(picture)[node].output
    return _back_to_picture(slow, picture, node, start, _relevance_rule(linear))


def _grad_cam(slow: SlowNetwork, picture: npt.NDArray[Any], node: str, unit: int, settings: Settings) -> Vector:
    layer = str(settings["layer"])
    seen = slow.forward(picture)
    derivative = slow.backward(seen, node, slow.start(node, unit), _chain)[layer].reshape(slow.shape(layer))
    maps = seen[layer].output.reshape(slow.shape(layer))
    coarse = np.maximum((derivative.mean(axis=(0, 1)) * maps).sum(axis=-1), 0.0)
    height, width, channels = picture.shape
    rows, columns = _between(coarse.shape[0], height), _between(coarse.shape[1], width)
    fine = rows @ coarse @ columns.T
    return np.asarray(np.repeat(fine[..., None], channels, axis=-1) / channels)


def _between(few: int, many: int) -> Matrix:
    """Linear interpolation along one side, pixels being squares with their values at the centre."""
    weights = np.zeros((many, few))
    for place in range(many):
        position = min(max((place + 0.5) * few / many - 0.5, 0.0), few - 1.0)
        below = int(position)
        weights[place, below] += 1.0 - (position - below)
        weights[place, min(below + 1, few - 1)] += position - below
    return weights


DERIVATIONS: dict[str, Derivation] = {
    "gradient": _gradient,
    "input_times_gradient": _input_times_gradient,
    "integrated_gradients": _integrated,
    "guided_backprop": _guided_backprop,
    "lrp.epsilon": _lrp_epsilon,
    "lrp.sequential_preset_a": _preset_a,
    "grad_cam": _grad_cam,
}


def central_differences(
    slow: SlowNetwork, picture: npt.NDArray[Any], node: str, unit: int, pixels: list[int]
) -> Vector:
    """∂f/∂x at some pixels (of the flat picture), from how f changes."""
    step, found = 1e-5, []
    for pixel in pixels:
        change = np.zeros(picture.shape)
        change.flat[pixel] = step
        rise = slow.value(picture + change, node, unit) - slow.value(picture - change, node, unit)
        found.append(rise / (2.0 * step))
    return np.asarray(found)


def kept_by_biases(slow: SlowNetwork, picture: npt.NDArray[Any], unit: int, epsilon: float) -> float:
    """What LRP-ε leaves at biases and stabilisers on its way: Σ_j (b_j + ε sign z_j) R_j / (z_j + ε sign z_j)."""
    kept: list[float] = []

    def linear(_: Node, seen: Seen, relevance: Vector) -> list[Vector]:
        stabiliser = epsilon * np.where(seen.output >= 0, 1.0, -1.0)
        kept.append(float(((seen.offset + stabiliser) * relevance / (seen.output + stabiliser)).sum()))
        return _proportional(seen, relevance, epsilon)

    node = slow.description.output.name
    start = slow.start(node, unit) * slow.logits(picture)
    _back_to_picture(slow, picture, node, start, _relevance_rule(linear))
    return sum(kept)
