"""The controls, the gradient family, DeconvNet and guided backpropagation on innvestigate.

What innvestigate draws or repeats inside its graph is done outside: it multiplies the batch by steps and samples, its
SmoothGrad ignores how much noise is wanted, and its noise is another each time.
"""

from collections.abc import Callable

import numpy as np

from explainer.engine import FloatArray
from explainer.methods.baselines import baseline_inputs
from explainer.methods.controls.random import noise_for
from explainer.methods.gradients.gradient import reduced
from explainer.methods.gradients.integrated_gradients import points_on_the_way
from explainer.methods.noise import noisy_copies
from explainer.methods.starts import Start
from explainer.reference.analyzers import Analyze, Analyzer, Case, Units, created, portions

Points = Callable[[FloatArray, range], tuple[FloatArray, Units]]
"""Some of the points for inputs, by number, and for each the row of its input."""


def _random(case: Case) -> Analyze:
    """innvestigate's own adds unseeded noise to the input."""
    return lambda inputs, _: noise_for(inputs, case.parameters)


def gradient(case: Case) -> Analyze:
    """The gradient, reduced outside."""
    analyze = created("gradient", case)
    return lambda inputs, units: reduced(analyze(inputs, units), case.parameters.reduction)


def integrated_gradients(case: Case, within_step: float = 0.5) -> Analyze:
    """Integrated gradients from the same points as the native engine, unless others are wanted in each step."""
    analyze, wanted = created("gradient", case), case.parameters

    def integrated(inputs: FloatArray, units: Units) -> FloatArray:
        baseline = baseline_inputs(inputs, case.input_range, wanted.baseline, wanted.seed)
        mean = _mean(
            analyze,
            inputs,
            units,
            wanted.steps,
            lambda _, numbers: points_on_the_way(inputs, baseline, wanted.steps, numbers, within_step),
        )
        return (inputs - baseline) * mean

    return integrated


def _smoothgrad(case: Case, postprocess: str | None = None) -> Analyze:
    analyze, wanted = created("gradient", case, postprocess=postprocess), case.parameters
    return lambda inputs, units: _mean(
        analyze, inputs, units, wanted.samples, lambda among, numbers: noisy_copies(among, wanted, numbers)
    )


def modified(name: str) -> Callable[[Case], Analyze]:
    """DeconvNet or guided backpropagation; innvestigate begins at the output's value."""

    def build(case: Case) -> Analyze:
        import tensorflow as tf

        return created(name, case, head=tf.ones_like if case.parameters.start is Start.ONE else None)

    return build


def _mean(analyze: Analyze, inputs: FloatArray, units: Units, each: int, points: Points) -> FloatArray:
    """The mean of the gradients at the points of each input, of which it has `each`."""
    total = np.zeros(inputs.shape, np.float64)
    for numbers in portions(len(inputs) * each):
        chosen, rows = points(inputs, numbers)
        np.add.at(total, rows, analyze(chosen, units[rows]))
    return (total / each).astype(np.float32)


GRADIENTS = {
    "input": Analyzer(lambda case: created("input", case)),
    "random": Analyzer(_random),
    "gradient": Analyzer(gradient),
    "gradient.baseline": Analyzer(lambda case: created("gradient.baseline", case)),
    "input_times_gradient": Analyzer(lambda case: created("input_t_gradient", case)),
    "integrated_gradients": Analyzer(integrated_gradients),
    "smoothgrad": Analyzer(_smoothgrad),
    "smoothgrad.squared": Analyzer(lambda case: _smoothgrad(case, "square")),
    "deconvnet": Analyzer(modified("deconvnet")),
    "guided_backprop": Analyzer(modified("guided_backprop")),
}
"""How each is asked of innvestigate."""
