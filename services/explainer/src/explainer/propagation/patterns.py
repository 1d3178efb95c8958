"""Patterns: for each unit, the direction in its input that carries the signal it reads.

Kindermans et al. 2018, "Learning How to Explain Neural Networks: PatternNet and PatternAttribution", ICLR,
arXiv:1705.05598. They are estimated from sums over a data set, which are added up in parts.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from explainer.propagation.linear import Linear
from explainer.propagation.walk import forward
from network.canonical import CanonicalNetwork

FloatArray = npt.NDArray[np.float32]
Statistics = Mapping[str, npt.NDArray[np.float64]]
"""Sums over inputs and places by `<layer>.<what>`: `inputs` Σ⁺x and `products` Σ⁺xy in the shape of the kernel,
`outputs` Σy, `counted` Σ⁺1 and `places` Σ1 a unit; ⁺ counts only where y > 0, if a ReLU follows."""
_SMALLEST_SCALE = 1e-12


def statistics(network: CanonicalNetwork, inputs: FloatArray) -> Statistics:
    """The sums for some inputs (batch, height, width, channels)."""
    sums = network.compiled(_sums)(tf.constant(inputs))
    return {name: np.asarray(value, np.float64) for name, value in sums.items()}


def added(parts: Iterable[Statistics]) -> Statistics:
    """The sums of several parts together."""
    total: dict[str, npt.NDArray[np.float64]] = {}
    for part in parts:
        for name, value in part.items():
            total[name] = total[name] + value if name in total else value
    return total


def patterns(network: CanonicalNetwork, sums: Statistics) -> dict[str, FloatArray]:
    """The pattern of each linear layer, in the shape of its kernel (section 4, eq. 7 for ReLUs and 6 for the rest).

    a = (E⁺[xy] - E⁺[x] E[y]) / wᵀ (E⁺[xy] - E⁺[x] E[y]), so that wᵀa = 1; zero for a unit without signal.
    """
    kernels = {name: layer for name, layer in _linear_layers(network).items() if f"{name}.inputs" in sums}
    return {name: _pattern(layer, name, sums) for name, layer in kernels.items()}


def _linear_layers(network: CanonicalNetwork) -> dict[str, Linear]:
    picture = tf.zeros([1, *network.description.input_shape])
    steps = forward(network, picture, network.description.output.name)
    return {name: step.linear for name, step in steps.items() if step.linear is not None}


def _sums(network: CanonicalNetwork, inputs: tf.Tensor) -> dict[str, tf.Tensor]:
    found: dict[str, tf.Tensor] = {}
    for name, step in forward(network, inputs, network.description.output.name).items():
        if step.linear is None:
            continue
        outputs = step.output
        counted = tf.cast(outputs > 0, outputs.dtype) if step.stage.rectified else tf.ones_like(outputs)
        places = list(range(len(outputs.shape) - 1))
        found[f"{name}.inputs"] = step.linear.kernel_product(step.inputs[0], counted)
        found[f"{name}.products"] = step.linear.kernel_product(step.inputs[0], counted * outputs)
        found[f"{name}.outputs"] = tf.reduce_sum(outputs, axis=places)
        found[f"{name}.counted"] = tf.reduce_sum(counted, axis=places)
        found[f"{name}.places"] = tf.reduce_sum(tf.ones_like(outputs), axis=places)
    return found


def _pattern(layer: Linear, name: str, sums: Statistics) -> FloatArray:
    def by_unit(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(layer.by_unit(values))

    counted = by_unit(np.maximum(sums[f"{name}.counted"], 1.0))
    mean_output = by_unit(sums[f"{name}.outputs"] / sums[f"{name}.places"])
    direction = (sums[f"{name}.products"] - sums[f"{name}.inputs"] * mean_output) / counted
    kernel = np.asarray(layer.kernel, np.float64)
    weighted = kernel * direction
    scale = weighted.sum(axis=layer.input_axes, keepdims=True)
    safe = np.where(np.abs(scale) > _SMALLEST_SCALE, scale, np.inf)
    return np.asarray(direction / safe, np.float32)
