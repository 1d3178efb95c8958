"""Layers that are a matrix in disguise: their product and their transposed product, with any weights.

A linear layer maps x to z = Wx + b. Rules need Wx with other weights than the layer's own, and the transposed product
(the gradient with respect to x), which here costs one operation and never recomputes the layer.
"""

from typing import Any

import tensorflow as tf

from explainer.propagation.walk import Step

LINEAR_KINDS = frozenset({"Dense", "Conv2D", "DepthwiseConv2D"})


def kernel(step: Step) -> tf.Tensor:
    """W of the layer."""
    return tf.convert_to_tensor(step.layer.kernel)


def bias(step: Step) -> tf.Tensor | None:
    """b of the layer, if it has one."""
    return tf.convert_to_tensor(step.layer.bias) if step.layer.use_bias else None


def product(step: Step, inputs: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """W x with the geometry of the layer and the given weights."""
    layer = step.layer
    if step.node.kind == "Dense":
        return tf.matmul(inputs, weights)
    if step.node.kind == "Conv2D":
        return tf.nn.conv2d(inputs, weights, layer.strides, layer.padding.upper(), dilations=layer.dilation_rate)
    strides = (1, *layer.strides, 1)
    return tf.nn.depthwise_conv2d(inputs, weights, strides, layer.padding.upper(), dilations=layer.dilation_rate)


def transposed_product(step: Step, weights: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    """Wᵀ s: from the shape of the layer's output back to that of its input."""
    layer = step.layer
    if step.node.kind == "Dense":
        return tf.matmul(outputs, weights, transpose_b=True)
    if step.node.kind == "Conv2D" and _one_group(layer):
        return tf.raw_ops.Conv2DBackpropInput(
            input_sizes=tf.shape(step.inputs[0]),
            filter=weights,
            out_backprop=outputs,
            strides=[1, *layer.strides, 1],
            padding=layer.padding.upper(),
            dilations=[1, *layer.dilation_rate, 1],
        )
    if step.node.kind == "DepthwiseConv2D" and tuple(layer.dilation_rate) == (1, 1):
        return tf.raw_ops.DepthwiseConv2dNativeBackpropInput(
            input_sizes=tf.shape(step.inputs[0]),
            filter=weights,
            out_backprop=outputs,
            strides=[1, *layer.strides, 1],
            padding=layer.padding.upper(),
        )
    with tf.GradientTape() as tape:
        tape.watch(step.inputs[0])
        result = product(step, step.inputs[0], weights)
    return tape.gradient(result, step.inputs[0], output_gradients=outputs)


def _one_group(layer: Any) -> bool:
    return bool(layer.groups == 1)
