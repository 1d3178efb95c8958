"""Quotients whose denominators may be zero."""

import tensorflow as tf

_TINY = 1e-7


def stabilised(values: tf.Tensor, stabiliser: float) -> tf.Tensor:
    """z + ε sign z, with sign 0 = 1."""
    return values + stabiliser * tf.where(values >= 0, 1.0, -1.0)


def divided(numerator: tf.Tensor, denominator: tf.Tensor) -> tf.Tensor:
    """The quotient; where the denominator is zero, that of a tiny one."""
    return numerator / tf.where(denominator == 0, _TINY, denominator)
