"""The canonical network: one plain description of an image classifier, and the Keras model built from it.

Whatever format a model came in, all that remains of it is `network.json` (layers, each from a short list of kinds,
with plain arguments) and `weights.safetensors`. Nothing in them can carry code. Normal form: nested models are
flattened, layers that do nothing at inference are gone, activations stand as layers of their own, and the output is
logits; what stood behind them is noted as the head.
"""
