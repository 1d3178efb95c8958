"""Layers that normalise each picture by its own mean and spread, with the spread held fixed: they are linear then."""

import tensorflow as tf

from explainer.propagation.walk import Step

NORMALISING_KINDS = frozenset({"LayerNormalization", "GroupNormalization"})


def with_fixed_spread(step: Step, inputs: tf.Tensor) -> tf.Tensor:
    """What the layer gives, γ (x - mean x) / σ + β, as a function of x in which σ does not move with x."""
    if step.node.kind == "LayerNormalization":
        axes = [axis % len(inputs.shape) for axis in _as_list(step.layer.axis)]
        return _scaled(step, _standardised(inputs, axes, step.layer.epsilon), axes)
    *places, channels = inputs.shape[1:]
    groups = step.layer.groups
    grouped = tf.reshape(inputs, [-1, *places, groups, channels // groups])
    within = [*range(1, len(places) + 1), len(places) + 2]
    standard = tf.reshape(_standardised(grouped, within, step.layer.epsilon), [-1, *places, channels])
    return _scaled(step, standard, [len(inputs.shape) - 1])


def _standardised(inputs: tf.Tensor, axes: list[int], epsilon: float) -> tf.Tensor:
    mean, variance = tf.nn.moments(inputs, axes, keepdims=True)
    return (inputs - mean) * tf.stop_gradient(tf.math.rsqrt(variance + epsilon))


def _scaled(step: Step, standard: tf.Tensor, axes: list[int]) -> tf.Tensor:
    shape = [side if axis in axes else 1 for axis, side in enumerate(standard.shape)]
    if step.layer.gamma is not None:
        standard *= tf.reshape(step.layer.gamma, shape)
    return standard if step.layer.beta is None else standard + tf.reshape(step.layer.beta, shape)


def _as_list(axis: int | list[int]) -> list[int]:
    return [axis] if isinstance(axis, int) else list(axis)
