"""Building an analyzer of innvestigate in seconds.

innvestigate builds its backward graph out of Keras layers and wraps it in a Keras model at the end. Keras then turns
every single operation into a layer with a history, which takes minutes for a deep network. Only the graph is needed:
here the history is left out, and in place of the model stands a function from placeholders to tensors.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from innvestigate.analyzer import network_base
from tensorflow import keras
from tf_keras.src.engine import base_layer_utils


class _SessionFunction:
    """Stands where innvestigate expects a Keras model: from inputs to outputs, all tensors of the present graph."""

    def __init__(self, inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        self._run = keras.backend.function(list(inputs), list(outputs))

    def predict_on_batch(self, inputs: Any) -> Any:
        """The outputs for arrays; a single one stands alone, as Keras has it."""
        results = self._run(inputs if isinstance(inputs, list) else [inputs])
        return results[0] if len(results) == 1 else results


def build(analyzer: Any) -> None:
    """Builds the graph of an analyzer that was just created."""
    create_analysis = analyzer._create_analysis

    def create_analysis_without_history(*args: Any, **options: Any) -> Any:
        with _replaced(base_layer_utils, "needs_keras_history", lambda *_, **__: False):
            return create_analysis(*args, **options)

    analyzer._create_analysis = create_analysis_without_history
    with _replaced(network_base, "kmodels", SimpleNamespace(Model=_model)):
        analyzer.create_analyzer_model()


def _model(inputs: Any, outputs: Any, name: str | None = None) -> Any:
    """innvestigate makes two models: one of the network up to the unit explained, and, with a name, the analyzer."""
    return keras.Model(inputs, outputs) if name is None else _SessionFunction(inputs, outputs)


@contextmanager
def _replaced(module: Any, name: str, value: Any) -> Iterator[None]:
    original = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, original)
