"""Linear layers that take the BatchNormalization behind them into their own weights.

innvestigate treats the two one after the other, and would judge by the signs of weights that the network does not
apply; see `explainer.propagation.stages`, which says which layers belong together.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from network.description import Node

Arrays = Mapping[str, npt.NDArray[Any]]


def folded(layer: Node, own: Arrays, normalisation: Node, statistics: Arrays) -> dict[str, npt.NDArray[Any]]:
    """Kernel and bias of γ (Wx + b - μ) / √(σ² + ε) + β as one Wx + b.

    Args:
        layer: the linear layer.
        own: its weights by name.
        normalisation: the one behind it.
        statistics: its weights by name.
    """
    variance = statistics["moving_variance"].astype(np.float64)
    scale = statistics.get("gamma", 1.0) / np.sqrt(variance + _number(normalisation, "epsilon"))
    shift = statistics.get("beta", 0.0) - statistics["moving_mean"] * scale
    kernel = own["kernel"] * _by_unit(layer.kind, scale, own["kernel"].shape)
    bias = own.get("bias", 0.0) * scale + shift
    return {"kernel": kernel.astype(np.float32), "bias": bias.astype(np.float32)}


def _by_unit(kind: str, scale: npt.NDArray[Any], kernel_shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """One number a unit (units,), in a shape that broadcasts over the kernel."""
    if kind == "DepthwiseConv2D":
        return scale.reshape(kernel_shape[2:])
    return scale[:, None] if kind == "Conv2DTranspose" else scale


def _number(node: Node, argument: str) -> float:
    value = node.arguments.get(argument, 1e-3)
    assert isinstance(value, int | float), "arguments were checked at the import"
    return float(value)
