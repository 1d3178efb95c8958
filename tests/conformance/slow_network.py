"""Networks once more, slowly: NumPy in double precision, every linear layer an explicit matrix.

Nothing here is shared with the product but the description of a network and its weights. Pictures and the outputs of
layers are flat vectors; `matrices` maps what a layer reads, a matrix for each of its sources, so that
z = Σ_k x_k W_k + b. A BatchNormalization behind a linear layer is multiplied into its matrix.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from conformance.elementwise import ELEMENTWISE, Function, function_of

from network.description import NetworkDescription, Node

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
ROUTING = {"MaxPooling2D", "Concatenate", "ZeroPadding2D", "Cropping2D", "Flatten", "Reshape"}
SUMMING = {"Add", "Average", "AveragePooling2D", "GlobalAveragePooling2D", "UpSampling2D"}
CONVOLUTIONS = {"Conv2D", "DepthwiseConv2D", "Conv2DTranspose"}
WEIGHTED = {"Dense", *CONVOLUTIONS}
NORMALISING = {"LayerNormalization", "GroupNormalization"}
_MAXIMUM = "MaxPooling2D"


@dataclass(frozen=True)
class Seen:
    """A layer for one picture: what it read, what it gave, and the linear map between the two if it is one.

    `jacobians` are ∂z/∂x; they differ from `matrices` only where a layer divides by the spread of what it reads.
    """

    inputs: list[Vector]
    output: Vector
    matrices: list[Matrix]
    offset: Vector
    jacobians: list[Matrix] = field(default_factory=list)


Rule = Callable[[Node, Seen, Vector], list[Vector]]


class SlowNetwork:
    """A network, from its description and its weights."""

    def __init__(self, description: NetworkDescription, weights: Mapping[str, npt.NDArray[Any]]) -> None:
        self.description = description
        self._shapes = {node.name: node.output_shape for node in description.nodes}
        self._weights = {name: np.asarray(array, np.float64) for name, array in weights.items()}
        self.nodes = _with_normalisations_inside(description)
        """The layers; of a linear layer and the normalisation behind it, one with the kind of the first and the name of
        the second."""
        fixed = [node for node in self.nodes[1:] if node.kind not in {*ELEMENTWISE, _MAXIMUM, *NORMALISING, "Multiply"}]
        self._maps = {node.name: self._linear(node) for node in fixed}

    def forward(self, picture: npt.ArrayLike) -> dict[str, Seen]:
        """What every layer sees and gives for one picture (height, width, channels)."""
        flat = np.asarray(picture, np.float64).ravel()
        seen = {self.description.input.name: Seen([], flat, [], np.zeros(0))}
        for node in self.nodes[1:]:
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
        names = [found.name for found in self.nodes]
        for current in reversed(self.nodes[1 : names.index(node) + 1]):
            if current.name not in arriving:
                continue
            shares = rule(current, seen[current.name], arriving[current.name])
            for source, share in zip(current.inputs, shares, strict=True):
                arriving[source] = arriving.get(source, np.zeros_like(share)) + share
        return arriving

    def shape(self, node: str) -> tuple[int, ...]:
        """The shape of a node's output."""
        return self._shapes[node]

    def weighted(self) -> list[Node]:
        """The layers with kernels, in order."""
        return [node for node in self.nodes if node.kind in WEIGHTED]

    def is_first(self, node: Node) -> bool:
        """Whether a layer with a kernel sees the picture through no other such layer."""
        by_name = {found.name: found for found in self.nodes}

        def reached(name: str) -> bool:
            found = by_name[name]
            return found.kind in {*WEIGHTED, "BatchNormalization"} or any(reached(source) for source in found.inputs)

        return not any(reached(source) for source in node.inputs)

    def kernel(self, node: Node) -> Matrix:
        """The kernel of a layer, with the scale of the normalisation behind it."""
        layer, scale, _ = self._folding(node)
        kernel = layer["kernel"]
        if node.kind == "DepthwiseConv2D":
            return np.asarray(kernel * scale.reshape(kernel.shape[2:]))
        return np.asarray(kernel * (scale[:, None] if node.kind == "Conv2DTranspose" else scale))

    def with_kernel(self, node: Node, kernel: Matrix) -> Matrix:
        """The matrix that a layer would have with another kernel."""
        if node.kind == "Dense":
            places = int(np.prod(self._shapes[node.name][:-1]))
            return np.asarray(np.kron(np.eye(places), kernel), np.float64)
        before = self._shapes[node.inputs[0]]
        return self._windowed(node, before, kernel)

    def averaged(self, node: Node, read: Vector, given: Vector) -> Matrix:
        """Σ x s over all places where a layer reads x and gives s, in the shape of its kernel."""
        after = self._shapes[node.name]
        if node.kind == "Dense":
            return np.asarray(np.outer(read, given))
        before, kernel = self._shapes[node.inputs[0]], np.zeros_like(self.kernel(node))
        picture, outputs = read.reshape(before), given.reshape(after)
        if node.kind == "Conv2DTranspose":
            for y, x, i, j, row, column in _windows(node, after, before):
                kernel[i, j] += np.outer(outputs[row, column], picture[y, x])
            return kernel
        for row, column, i, j, y, x in _windows(node, before, after):
            pairs = np.outer(picture[y, x], outputs[row, column])
            kernel[i, j] += (
                np.diag(pairs)[:, None] if node.kind == "DepthwiseConv2D" else _own_pairs(pairs, kernel[i, j])
            )
        return kernel

    def _folding(self, node: Node) -> tuple[dict[str, Matrix], Vector, Vector]:
        """The weights of the linear layer, and the scale and shift behind it."""
        inside = next((found for found in self.description.nodes if found.name == node.name), node)
        name = inside.inputs[0] if inside.kind == "BatchNormalization" else node.name
        own = self._own(name)
        units = self._shapes[node.name][-1]
        if name == node.name:
            return own, np.ones(units), np.zeros(units)
        return own, *_scale_and_shift(inside, self._own(node.name))

    def _own(self, name: str) -> dict[str, Matrix]:
        return {key.rpartition(".")[2]: array for key, array in self._weights.items() if key.rpartition(".")[0] == name}

    def _seen(self, node: Node, inputs: list[Vector]) -> Seen:
        if node.kind in ELEMENTWISE:
            function = self.function(node)
            return Seen(inputs, function.value(inputs[0]), [], np.zeros(0), [np.diag(function.slope(inputs[0]))])
        if node.kind == _MAXIMUM:
            matrix = self.winners(node, inputs[0])
            return Seen(inputs, inputs[0] @ matrix, [matrix], np.zeros(0), [matrix])
        if node.kind == "Multiply":
            return self._product(node, inputs)
        if node.kind in NORMALISING:
            return self._normalised(node, inputs[0])
        matrices, offset = self._maps[node.name]
        terms = [vector @ matrix for vector, matrix in zip(inputs, matrices, strict=True)]
        return Seen(inputs, np.sum(terms, axis=0) + offset, matrices, offset, matrices)

    def function(self, node: Node) -> Function:
        """The function of an activation layer, over flat vectors."""
        alpha = self._own(node.name).get("alpha")
        slopes = None if alpha is None else np.broadcast_to(alpha, self._shapes[node.name]).ravel()
        return function_of(node, slopes)

    def spread(self, node: Node, source: int) -> Matrix:
        """How an input of a product is spread over its output."""
        before, after = self._shapes[node.inputs[source]], self._shapes[node.name]
        positions = np.broadcast_to(np.arange(int(np.prod(before))).reshape(before), after).ravel()
        matrix = np.zeros((int(np.prod(before)), len(positions)))
        matrix[positions, np.arange(len(positions))] = 1.0
        return matrix

    def _product(self, node: Node, inputs: list[Vector]) -> Seen:
        spreads = [self.spread(node, 0), self.spread(node, 1)]
        first, second = (vector @ matrix for vector, matrix in zip(inputs, spreads, strict=True))
        return Seen(inputs, first * second, [], np.zeros(0), [spreads[0] * second, spreads[1] * first])

    def _normalised(self, node: Node, read: Vector) -> Seen:
        """(x - mean) / σ γ + β over groups of values; `matrices` hold σ fixed, `jacobians` do not."""
        shape, own = self._shapes[node.name], self._own(node.name)
        places, channels = int(np.prod(shape[:-1])), shape[-1]
        groups = int(str(node.arguments.get("groups", 1)))
        if node.kind == "LayerNormalization":
            members = np.repeat(np.arange(places), channels)
        else:
            members = np.tile(np.arange(channels) // (channels // groups), places)
        epsilon = float(str(node.arguments["epsilon"]))
        gamma = np.tile(own.get("gamma", np.ones(channels)), places)
        beta = np.tile(own.get("beta", np.zeros(channels)), places)
        together = (members[:, None] == members[None, :]).astype(float)
        together /= together.sum(axis=0)
        centred = read - read @ together
        deviation = np.sqrt(centred**2 @ together + epsilon)
        fixed = (np.eye(len(read)) - together) * (gamma / deviation)
        standard = centred / deviation
        moving = (np.eye(len(read)) - together - np.outer(standard, standard) * together) * (gamma / deviation)
        return Seen([read], standard * gamma + beta, [fixed], beta, [moving])

    def _linear(self, node: Node) -> tuple[list[Matrix], Vector]:
        after = int(np.prod(self._shapes[node.name]))
        before = [self._shapes[source] for source in node.inputs]
        if node.kind in WEIGHTED:
            own, scale, shift = self._folding(node)
            bias = own.get("bias", np.zeros(len(scale))) * scale + shift
            return [self.with_kernel(node, self.kernel(node))], np.tile(bias, after // len(bias))
        if node.kind == "BatchNormalization":
            scale, shift = _scale_and_shift(node, self._own(node.name))
            places = after // len(scale)
            return [np.diag(np.tile(scale, places))], np.tile(shift, places)
        if node.kind == "Rescaling":
            scale, shift = (np.ravel(np.asarray(node.arguments[name], np.float64)) for name in ("scale", "offset"))
            return [np.diag(np.resize(scale, after))], np.resize(shift, after)
        if node.kind in {"Flatten", "Reshape", "Add", "Average"}:
            share = 1.0 / len(before) if node.kind == "Average" else 1.0
            return [share * np.eye(after) for _ in before], np.zeros(after)
        if node.kind == "GlobalAveragePooling2D":
            places = before[0][0] * before[0][1]
            return [np.tile(np.eye(after), (places, 1)) / places], np.zeros(after)
        if node.kind == "Concatenate":
            return self._joined(node, before), np.zeros(after)
        if node.kind == "UpSampling2D":
            return [self._enlarged(node, before[0])], np.zeros(after)
        return [self._windowed(node, before[0], None)], np.zeros(after)

    def _joined(self, node: Node, before: list[tuple[int, ...]]) -> list[Matrix]:
        matrices, first = [], 0
        for shape in before:
            positions = np.arange(int(np.prod(self._shapes[node.name]))).reshape(self._shapes[node.name])
            matrix = np.zeros((int(np.prod(shape)), positions.size))
            matrix[np.arange(len(matrix)), positions[..., first : first + shape[-1]].ravel()] = 1.0
            matrices.append(matrix)
            first += shape[-1]
        return matrices

    def _enlarged(self, node: Node, before: tuple[int, ...]) -> Matrix:
        rows, columns = _pair(node, "size")
        positions = np.arange(int(np.prod(before))).reshape(before).repeat(rows, axis=0).repeat(columns, axis=1).ravel()
        matrix = np.zeros((int(np.prod(before)), len(positions)))
        matrix[positions, np.arange(len(positions))] = 1.0
        return matrix

    def _windowed(self, node: Node, before: tuple[int, ...], kernel: Matrix | None) -> Matrix:
        """Convolutions, means over windows, and padding: an entry for each pair of a place read and a place given."""
        (height, width, channels), after = before, self._shapes[node.name]
        matrix = np.zeros((height, width, channels, *after))
        if node.kind == "Conv2DTranspose":
            assert kernel is not None
            for y, x, i, j, row, column in _windows(node, after, before):
                matrix[y, x, :, row, column, :] += kernel[i, j].T
            return matrix.reshape(height * width * channels, -1)
        for row, column, i, j, y, x in _windows(node, before, after):
            if node.kind == "Conv2D":
                assert kernel is not None
                _fill_groups(matrix[y, x, :, row, column, :], kernel[i, j])
                continue
            for channel in range(channels):
                if kernel is None:
                    matrix[y, x, channel, row, column, channel] = _share(node)
                    continue
                multiplier = kernel.shape[3]
                for copy in range(multiplier):
                    matrix[y, x, channel, row, column, channel * multiplier + copy] = kernel[i, j, channel, copy]
        return matrix.reshape(height * width * channels, -1)

    def winners(self, node: Node, read: Vector) -> Matrix:
        """The matrix of a maximum over windows: one where the largest value lies."""
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


def _with_normalisations_inside(description: NetworkDescription) -> list[Node]:
    """The nodes, a BatchNormalization that is all that reads a layer with a kernel being one with it."""
    by_name = {node.name: node for node in description.nodes}
    nodes: list[Node] = []
    for node in description.nodes:
        before = by_name[node.inputs[0]] if node.inputs else node
        readers = [other for other in description.nodes if before.name in other.inputs]
        if node.kind == "BatchNormalization" and before.kind in WEIGHTED and len(readers) == 1:
            nodes.remove(before)
            nodes.append(before.model_copy(update={"name": node.name}))
        else:
            nodes.append(node)
    return nodes


def _scale_and_shift(node: Node, own: Mapping[str, Matrix]) -> tuple[Vector, Vector]:
    scale = own["gamma"] / np.sqrt(own["moving_variance"] + float(str(node.arguments["epsilon"])))
    return scale, own["beta"] - own["moving_mean"] * scale


def _fill_groups(block: Matrix, kernel: Matrix) -> None:
    """Writes a kernel (inputs a group, units) into a block (inputs, units): a group reads its own inputs only."""
    groups = block.shape[0] // kernel.shape[0]
    units = kernel.shape[1] // groups
    for group in range(groups):
        rows = slice(group * kernel.shape[0], (group + 1) * kernel.shape[0])
        columns = slice(group * units, (group + 1) * units)
        block[rows, columns] = kernel[:, columns]


def _own_pairs(pairs: Matrix, kernel: Matrix) -> Matrix:
    """Of all pairs (inputs, units), those of a group's inputs with its units, in the shape of the kernel."""
    groups = pairs.shape[0] // kernel.shape[0]
    blocks = np.hsplit(pairs, groups)
    return np.hstack([block[g * kernel.shape[0] : (g + 1) * kernel.shape[0]] for g, block in enumerate(blocks)])


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
    stride, dilation = _pair(node, "strides"), _pair(node, "dilation_rate")
    margins = [0, 0]
    if node.arguments.get("padding") == "same":
        reach = [(size[k] - 1) * dilation[k] + 1 for k in (0, 1)]
        margins = [max((after[k] - 1) * stride[k] + reach[k] - before[k], 0) // 2 for k in (0, 1)]
    elif node.kind == "ZeroPadding2D":
        padding: Any = node.arguments["padding"]
        margins = [side[0] for side in padding]
    elif node.kind == "Cropping2D":
        cropping: Any = node.arguments["cropping"]
        margins = [-side[0] for side in cropping]
    found = []
    for row, column, i, j in product(range(after[0]), range(after[1]), range(size[0]), range(size[1])):
        y, x = row * stride[0] + i * dilation[0] - margins[0], column * stride[1] + j * dilation[1] - margins[1]
        if 0 <= y < before[0] and 0 <= x < before[1]:
            found.append((row, column, i, j, y, x))
    return found
