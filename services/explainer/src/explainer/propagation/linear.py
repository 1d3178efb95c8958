"""Layers that are a matrix in disguise: their product and their transposed product, with any weights.

A linear layer maps x to z = Wx + b. Rules need Wx with other weights than the layer's own, and the transposed product
(the gradient with respect to x), which here costs one operation and never recomputes the layer.
"""

from dataclasses import dataclass, replace
from typing import Any

import keras
import tensorflow as tf

LINEAR_KINDS = frozenset({"Dense", "Conv2D", "DepthwiseConv2D", "Conv2DTranspose"})
NORMALISATION = "BatchNormalization"


@dataclass(frozen=True)
class Linear:
    """A linear layer: the geometry of a Keras layer, with weights that may be those of a normalisation behind it too.

    Attributes:
        kind: the class of the layer.
        layer: the Keras layer.
        kernel: W in the shape that its kind has; (channels,) for a normalisation that stands alone.
        bias: b (channels,), or None.
    """

    kind: str
    layer: Any
    kernel: tf.Tensor
    bias: tf.Tensor | None

    def forward(self, inputs: tf.Tensor) -> tf.Tensor:
        """Wx + b."""
        outputs = self.product(inputs, self.kernel)
        return outputs if self.bias is None else outputs + self.bias

    def product(self, inputs: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
        """W x with the geometry of the layer and the given weights."""
        layer = self.layer
        match self.kind:
            case "Dense":
                return tf.matmul(inputs, kernel) if len(inputs.shape) == 2 else tf.tensordot(inputs, kernel, 1)
            case "Conv2D":
                padding, dilations = layer.padding.upper(), layer.dilation_rate
                return tf.nn.conv2d(inputs, kernel, layer.strides, padding, dilations=dilations)
            case "DepthwiseConv2D":
                strides, dilations = (1, *layer.strides, 1), layer.dilation_rate
                return tf.nn.depthwise_conv2d(inputs, kernel, strides, layer.padding.upper(), dilations=dilations)
            case "Conv2DTranspose":
                return keras.ops.conv_transpose(
                    inputs,
                    kernel,
                    layer.strides,
                    layer.padding,
                    layer.output_padding,
                    dilation_rate=layer.dilation_rate,
                )
            case _:
                return inputs * kernel

    def transposed_product(self, kernel: tf.Tensor, outputs: tf.Tensor, inputs: tf.Tensor) -> tf.Tensor:
        """Wᵀ s: from the shape of the layer's output back to that of its `inputs`."""
        layer = self.layer
        match self.kind:
            case "Dense":
                if len(outputs.shape) == 2:
                    return tf.matmul(outputs, kernel, transpose_b=True)
                return tf.tensordot(outputs, tf.transpose(kernel), 1)
            case "Conv2D" if layer.groups == 1:
                return _convolution_back(layer, kernel, outputs, tf.shape(inputs))
            case "Conv2D":
                return _grouped_convolution_back(layer, kernel, outputs, tf.shape(inputs))
            case "DepthwiseConv2D" if tuple(layer.dilation_rate) == (1, 1):
                return tf.raw_ops.DepthwiseConv2dNativeBackpropInput(
                    input_sizes=tf.shape(inputs),
                    filter=kernel,
                    out_backprop=outputs,
                    strides=[1, *layer.strides, 1],
                    padding=layer.padding.upper(),
                )
            case "DepthwiseConv2D" | "Conv2DTranspose":
                with tf.GradientTape() as tape:
                    tape.watch(inputs)
                    result = self.product(inputs, kernel)
                return tape.gradient(result, inputs, output_gradients=outputs)
            case _:
                return outputs * kernel

    def kernel_product(self, inputs: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
        """Σ x sᵀ over all places and inputs, in the shape of the kernel: the derivative of ⟨s, Wx⟩ by W."""
        kernel = self.kernel
        with tf.GradientTape() as tape:
            tape.watch(kernel)
            result = self.product(inputs, kernel)
        return tape.gradient(result, kernel, output_gradients=outputs)

    def by_unit(self, values: tf.Tensor) -> tf.Tensor:
        """Values (channels,), one for each unit of the output, in a shape that broadcasts over the kernel."""
        if self.kind == "DepthwiseConv2D":
            return tf.reshape(values, self.kernel.shape[2:])
        return values[:, None] if self.kind == "Conv2DTranspose" else values

    @property
    def input_axes(self) -> tuple[int, ...]:
        """The axes of the kernel along which the inputs of one unit lie."""
        match self.kind:
            case "DepthwiseConv2D":
                return (0, 1)
            case "Conv2DTranspose":
                return (0, 1, 3)
            case _:
                return tuple(range(len(self.kernel.shape) - 1))

    def folded(self, normalisation: Any) -> "Linear":
        """This layer with a BatchNormalization behind it: γ (Wx + b - μ) / √(σ² + ε) + β as one Wx + b."""
        scale, shift = scale_and_shift(normalisation)
        kernel = self.kernel * self.by_unit(scale)
        return replace(self, kernel=kernel, bias=shift if self.bias is None else self.bias * scale + shift)


def linear(kind: str, layer: Any) -> Linear:
    """A Keras layer as a linear one."""
    if kind == NORMALISATION:
        return Linear(kind, layer, *scale_and_shift(layer))
    bias = tf.convert_to_tensor(layer.bias) if layer.use_bias else None
    return Linear(kind, layer, tf.convert_to_tensor(layer.kernel), bias)


def scale_and_shift(normalisation: Any) -> tuple[tf.Tensor, tf.Tensor]:
    """What a BatchNormalization does at inference, s x + t: s = γ / √(σ² + ε) and t = β - μ s, (channels,) each."""
    scale = tf.math.rsqrt(normalisation.moving_variance + normalisation.epsilon)
    if normalisation.scale:
        scale *= normalisation.gamma
    shift = -normalisation.moving_mean * scale
    return scale, shift + normalisation.beta if normalisation.center else shift


def _convolution_back(layer: Any, kernel: tf.Tensor, outputs: tf.Tensor, input_shape: tf.Tensor) -> tf.Tensor:
    return tf.raw_ops.Conv2DBackpropInput(
        input_sizes=input_shape,
        filter=kernel,
        out_backprop=outputs,
        strides=[1, *layer.strides, 1],
        padding=layer.padding.upper(),
        dilations=[1, *layer.dilation_rate, 1],
    )


def _grouped_convolution_back(layer: Any, kernel: tf.Tensor, outputs: tf.Tensor, input_shape: tf.Tensor) -> tf.Tensor:
    """Group by group: TensorFlow has no such operation for groups on every device."""
    own = tf.concat([input_shape[:3], [input_shape[3] // layer.groups]], axis=0)
    parts = zip(tf.split(kernel, layer.groups, axis=3), tf.split(outputs, layer.groups, axis=3), strict=True)
    return tf.concat([_convolution_back(layer, part, seen, own) for part, seen in parts], axis=3)
