"""What we aim at, method by method: a bound on its cost in forward passes, or on the time of its first call."""

from collections.abc import Mapping

from bench.methods.measuring import Figures

_EVERYWHERE = ""
_PASSES: Mapping[str, Mapping[str, float]] = {
    "gradient": {_EVERYWHERE: 2.5},
    "guided_backprop": {_EVERYWHERE: 2.7},
    "lrp.epsilon": {"VGG16": 2.5, "ResNet50": 3.0},
    "lrp.sequential_preset_a": {"VGG16": 3.2, "ResNet50": 3.9},
    "integrated_gradients": {_EVERYWHERE: 2.7},
    "smoothgrad": {_EVERYWHERE: 2.8},
    "grad_cam": {"ResNet50": 1.3},
    "occlusion": {_EVERYWHERE: 1.05},
    "prediction_difference": {_EVERYWHERE: 1.05},
    "rise": {_EVERYWHERE: 1.05},
    "lime": {_EVERYWHERE: 1.15},
    "kernel_shap": {_EVERYWHERE: 1.2},
}
_FIRST_CALL_SECONDS: Mapping[str, float] = {"VGG16": 2.0, "ResNet50": 4.0}


def most_passes(method: str, network: str) -> float | None:
    """The most forward passes that a method should take, of which `Figures.passes` tells."""
    bounds = _PASSES.get(method, {})
    return bounds.get(network, bounds.get(_EVERYWHERE))


def most_seconds(network: str, figures: Figures) -> float | None:
    """The most time that the first call should take; none is set for methods that ask the network many times."""
    return None if figures.per_evaluation else _FIRST_CALL_SECONDS.get(network)
