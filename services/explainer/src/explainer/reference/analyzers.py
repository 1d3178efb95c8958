"""The methods that innvestigate has, by our ids, and how each is asked for.

LRP is always built from innvestigate's generic analyzer and its rules: the named LRP analyzers scale wrongly at
BatchNormalization (they take √(σ⁴ + ε) for √(σ² + ε)), the generic one without a rule for it scales rightly.
"""

from collections.abc import Callable, Mapping
from typing import Any

from domain.errors import HubError, Reason

Analyze = Callable[[Any, Any], Any]
"""From inputs (batch, height, width, channels) and output units (batch,) to relevance."""
BuildAnalyzer = Callable[[Any, Mapping[str, Any]], Analyze]
"""From a tf_keras model and the parameters to a function that analyzes."""

_GRADIENT_CHUNK = 16


def _analyzer(analyzer: Any) -> Analyze:
    # Always a list of indices: a single one would silently leave most rows of a batch at zero.
    return lambda inputs, units: analyzer.analyze(inputs, neuron_selection=list(units))


def _created(name: str, model: Any, **options: Any) -> Analyze:
    import innvestigate

    from explainer.reference.fast_build import build

    # Its own checks raise an empty NotImplementedError; ours are the preconditions of the methods.
    analyzer = innvestigate.create_analyzer(
        name, model, neuron_selection_mode="index", disable_model_checks=True, **options
    )
    build(analyzer)
    return _analyzer(analyzer)


def _gradient(model: Any, parameters: Mapping[str, Any]) -> Analyze:
    postprocess = "abs" if parameters["reduction"] == "absolute" else None
    return _created("gradient", model, postprocess=postprocess)


def _input_times_gradient(model: Any, _: Mapping[str, Any]) -> Analyze:
    return _created("input_t_gradient", model)


def _integrated_gradients(model: Any, parameters: Mapping[str, Any]) -> Analyze:
    """Steps outside the graph: inside, innvestigate multiplies the batch by them."""
    import numpy as np

    gradient = _created("gradient", model, postprocess=None)
    steps, baseline = int(parameters["steps"]), float(parameters["baseline"])

    def analyze(inputs: Any, units: Any) -> Any:
        difference, total = inputs - baseline, np.zeros(inputs.shape, np.float64)
        for begin in range(0, steps, _GRADIENT_CHUNK):
            alphas = (np.arange(begin, min(begin + _GRADIENT_CHUNK, steps)) + 0.5) / steps
            for row, unit in enumerate(units):
                points = baseline + alphas[:, None, None, None] * difference[row][None]
                total[row] += gradient(points.astype(np.float32), [unit] * len(alphas)).sum(axis=0)
        return (difference * total / steps).astype(np.float32)

    return analyze


def _guided_backprop(model: Any, parameters: Mapping[str, Any]) -> Analyze:
    """innvestigate starts from the output's value; starting from one divides by it, as long as it is positive."""
    analyze = _created("guided_backprop", model)
    if parameters["start"] == "output":
        return analyze

    def from_one(inputs: Any, units: Any) -> Any:
        values = model.predict_on_batch(inputs)[range(len(units)), list(units)]
        if (values <= 0).any():
            raise HubError(
                Reason.PARAMETER_INVALID,
                "innvestigate starts guided backpropagation from the output's value, which is not positive here.",
                "Set start=output, or use the native engine.",
            )
        return analyze(inputs, units) / values[:, None, None, None]

    return from_one


def _epsilon_rule(epsilon: float) -> type:
    from innvestigate.analyzer.relevance_based import relevance_rule

    class Epsilon(relevance_rule.EpsilonRule):  # type: ignore[misc]
        """innvestigate takes rules as classes, so a parameter has to be bound in one."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, epsilon=epsilon, bias=True, **options)

    return Epsilon


def _lrp_epsilon(model: Any, parameters: Mapping[str, Any]) -> Analyze:
    return _created("lrp", model, rule=_epsilon_rule(float(parameters["epsilon"])))


def _lrp_sequential_preset_a(model: Any, parameters: Mapping[str, Any]) -> Analyze:
    from innvestigate.analyzer.relevance_based import relevance_rule
    from innvestigate.backend import checks

    rules = [
        (checks.is_dense_layer, _epsilon_rule(float(parameters["epsilon"]))),
        (checks.is_conv_layer, relevance_rule.Alpha1Beta0Rule),
    ]
    return _created("lrp", model, rule=rules)


ANALYZERS: dict[str, BuildAnalyzer] = {
    "gradient": _gradient,
    "input_times_gradient": _input_times_gradient,
    "integrated_gradients": _integrated_gradients,
    "guided_backprop": _guided_backprop,
    "lrp.epsilon": _lrp_epsilon,
    "lrp.sequential_preset_a": _lrp_sequential_preset_a,
}
