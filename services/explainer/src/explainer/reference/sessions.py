"""Networks with one analyzer each, in graphs and sessions of their own; the last few used stay."""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from explainer.engine import FloatArray
from explainer.reference.analyzers import Analyze, Analyzer, Case
from explainer.reference.forms import Form
from explainer.reference.networks import built
from explainer.surroundings import InputRange
from network.description import NetworkDescription

_MOST = 8
Weights = Mapping[str, npt.NDArray[Any]]


class AnalyzerSession:
    """A network with one analyzer, in its own graph and session, which are entered at every call.

    With shared ones every analyzer would make all others slower, and nothing could ever be freed.

    Args:
        description: of the network.
        weights: by `<layer>.<weight>`.
        analyzer: how to ask innvestigate; without one, the network only predicts.
        parameters: of the method, checked.
        input_range: what the network reads for black and white.

    Raises:
        HubError: innvestigate does not know a layer, or cannot do what a parameter asks.
    """

    def __init__(
        self,
        description: NetworkDescription,
        weights: Weights,
        analyzer: Analyzer | None = None,
        parameters: Any = None,
        input_range: InputRange | None = None,
    ) -> None:
        self._graph = tf.Graph()
        self._session = tf.compat.v1.Session(graph=self._graph)
        self._analyze: Analyze | None = None
        try:
            with self._entered():
                self._model = built(description, weights, analyzer.form if analyzer else Form.ELEMENTWISE)
                if analyzer is not None:
                    assert input_range is not None, "analyzers may ask for the range of the pixels"
                    self._analyze = analyzer.build(Case(self._model, description, parameters, input_range))
        except BaseException:
            self.close()
            raise

    def logits(self, inputs: FloatArray) -> FloatArray:
        """Logits (batch, classes)."""
        with self._entered():
            return np.asarray(self._model.predict_on_batch(inputs), np.float32)

    def analyze(self, inputs: FloatArray, units: Sequence[int]) -> FloatArray:
        """Relevance (batch, height, width, channels)."""
        assert self._analyze is not None, "this network was built to predict only"
        with self._entered():
            return np.asarray(self._analyze(inputs, np.asarray(units, np.int32)), np.float32)

    def close(self) -> None:
        """Frees what TensorFlow holds."""
        self._session.close()

    @contextmanager
    def _entered(self) -> Iterator[None]:
        with self._graph.as_default(), self._session.as_default():
            tf.compat.v1.keras.backend.set_session(self._session)
            yield


class AnalyzerSessions:
    """The sessions that were used last. For one thread."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, AnalyzerSession] = OrderedDict()

    def get(self, key: Sequence[Any], make: Callable[[], AnalyzerSession]) -> AnalyzerSession:
        """The session of a key, all of whose parts JSON can say; made if there is none."""
        name = json.dumps(key, sort_keys=True)
        if name not in self._open:
            self._open[name] = make()
        self._open.move_to_end(name)
        while len(self._open) > _MOST:
            self._open.popitem(last=False)[1].close()
        return self._open[name]
