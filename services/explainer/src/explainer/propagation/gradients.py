"""Composites that carry derivatives: the chain rule, and what DeconvNet and guided backpropagation make of it."""

from typing import Any

import tensorflow as tf

from explainer.propagation.passing import chain_rule
from explainer.propagation.stages import is_rectifier
from explainer.propagation.walk import Propagate, Step


def derivative(step: Step) -> Propagate:
    """The chain rule at every layer: what arrives at the input is ∂f/∂x."""
    return _through_rectifier if is_rectifier(step.node) else chain_rule


def guided(step: Step) -> Propagate:
    """The chain rule, but at each ReLU for what is positive only: R_i = 1[x_i > 0] max(R_j, 0).

    Springenberg et al. 2014, "Striving for Simplicity: The All Convolutional Net", arXiv:1412.6806, section 3.4.
    """
    return _guided if is_rectifier(step.node) else chain_rule


def deconvolving(step: Step) -> Propagate:
    """The chain rule, but each ReLU is applied to what comes back, whatever it did on the way forth: R_i = max(R_j, 0).

    Zeiler, Fergus 2014, "Visualizing and Understanding Convolutional Networks", arXiv:1311.2901, section 2.1.
    """
    return _rectified if is_rectifier(step.node) else chain_rule


def _through_rectifier(step: Step, arriving: tf.Tensor) -> list[tf.Tensor]:
    return [tf.where(_open(step), arriving, 0.0)]


def _guided(step: Step, arriving: tf.Tensor) -> list[tf.Tensor]:
    return _through_rectifier(step, tf.nn.relu(arriving))


def _rectified(_: Step, arriving: tf.Tensor) -> list[tf.Tensor]:
    return [tf.nn.relu(arriving)]


def _open(step: Step) -> tf.Tensor:
    """Where a ReLU follows its input: above its threshold and below its bound."""
    (seen,) = step.inputs
    arguments: dict[str, Any] = dict(step.node.arguments)
    bound = 6.0 if arguments.get("activation") == "relu6" else arguments.get("max_value")
    above = seen > (arguments.get("threshold") or 0.0)
    return above if bound is None else above & (seen < bound)
