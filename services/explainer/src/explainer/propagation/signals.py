"""The walk back along patterns (see `patterns`), which PatternNet and PatternAttribution share."""

from collections.abc import Mapping
from enum import StrEnum

import tensorflow as tf

from domain.errors import HubError, Reason
from explainer.methods.base import Attribution, Problem
from explainer.propagation.gradients import derivative
from explainer.propagation.walk import Propagate, Step, backward, forward
from network.canonical import CanonicalNetwork


class Direction(StrEnum):
    """What stands in place of the weights on the way back."""

    PATTERN = "a"
    ATTRIBUTION = "w ⊙ a"


def along_patterns(problem: Problem, direction: Direction) -> Attribution:
    """What arrives at the inputs from the value of the output.

    Raises:
        HubError: `METHOD_NOT_APPLICABLE` if patterns are missing.
    """
    fitted = problem.surroundings.patterns()
    steps = forward(problem.network, problem.inputs[:1], problem.selection.node)
    names = tuple(name for name, step in steps.items() if step.linear is not None)
    missing = next((name for name in names if name not in fitted), None)
    if missing is not None:
        raise HubError(
            Reason.METHOD_NOT_APPLICABLE, f"No pattern was fitted for the layer {missing!r}.", "Fit the patterns again."
        )
    tensors = [tf.constant(fitted[name]) for name in names]
    return Attribution(problem.compiled(_walk, *tensors, names=names, direction=direction))


def _walk(
    network: CanonicalNetwork,
    inputs: tf.Tensor,
    weights: tf.Tensor,
    *patterns: tf.Tensor,
    node: str,
    names: tuple[str, ...],
    direction: Direction,
) -> tf.Tensor:
    steps, fitted = forward(network, inputs, node), dict(zip(names, patterns, strict=True))

    def composite(step: Step) -> Propagate:
        return _along(fitted, direction) if step.linear is not None else derivative(step)

    return backward(steps, node, steps[node].output * weights, composite)


def _along(fitted: Mapping[str, tf.Tensor], direction: Direction) -> Propagate:
    def propagate(step: Step, arriving: tf.Tensor) -> list[tf.Tensor]:
        assert step.linear is not None, "patterns belong to linear layers"
        kernel = step.linear.kernel
        pattern = tf.reshape(fitted[step.stage.name], kernel.shape)
        if direction is Direction.ATTRIBUTION:
            pattern *= kernel
        return [step.linear.transposed_product(pattern, arriving, step.inputs[0])]

    return propagate
