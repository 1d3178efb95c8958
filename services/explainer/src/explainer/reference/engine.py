"""The reference engine: analyzers of innvestigate, each in a graph and session of its own."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from innvestigate.analyzer.relevance_based.relevance_analyzer import BatchNormalizationReverseLayer
from safetensors.numpy import load_file

from backplane.catalogue import Catalogue
from domain.errors import HubError, Reason
from explainer.engine import Answer, FloatArray, UnitChoice
from explainer.methods import registry
from explainer.parameters import checked_parameters, refuse_obstacle
from explainer.reference.analyzers import ANALYZERS, Analyze
from explainer.reference.networks import built
from network.description import NetworkDescription

_MOST_ANALYZERS = 8
Weights = Mapping[str, npt.NDArray[Any]]


def prepare_process() -> None:
    """Makes innvestigate work on today's TensorFlow; once in a process, before anything is built."""
    tf.compat.v1.disable_eager_execution()
    original = BatchNormalizationReverseLayer.__init__

    def with_one_axis(self: Any, layer: Any, state: Any) -> None:
        original(self, layer, state)
        # A built layer has its axis as a list, with which innvestigate would index a tuple.
        self._axis = self._axis[0] if isinstance(self._axis, list | tuple) else self._axis

    BatchNormalizationReverseLayer.__init__ = with_one_axis


class ReferenceEngine:
    """Explains with innvestigate. For one thread, in a process of its own.

    Args:
        catalogue: where networks are.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        prepare_process()
        self._catalogue = catalogue
        self._built: OrderedDict[tuple[Any, ...], _Analyzer] = OrderedDict()

    def logits(self, workspace: str, model: str, inputs: FloatArray) -> FloatArray:
        """Logits (classes,) for one input (height, width, channels)."""
        return np.asarray(self._analyzer(workspace, model, "", {}).logits(inputs[None])[0])

    def output_layer(self, workspace: str, model: str) -> str:
        """The name of the layer that gives the logits."""
        return self._description(workspace, model).output.name

    def activation(self, workspace: str, model: str, inputs: FloatArray, choice: UnitChoice) -> float:  # noqa: ARG002
        """Refuses: innvestigate explains outputs."""
        raise _outputs_only()

    def explain(
        self,
        workspace: str,
        model: str,
        inputs: FloatArray,
        choice: UnitChoice,
        method: str,
        parameters: Mapping[str, Any],
        layer: str,
    ) -> Answer:
        """Explains one input (height, width, channels)."""
        found = registry.get(method)
        checked = checked_parameters(found, parameters)
        description = self._description(workspace, model)
        refuse_obstacle(found, description)
        if choice.layer != description.output.name or layer:
            raise _outputs_only()
        settings = checked.model_dump(mode="json")
        analyzer = self._analyzer(workspace, model, method, settings)
        relevance = analyzer.analyze(inputs[None], [choice.unit])[0]
        return Answer(
            relevance=relevance,
            activation_map=None,
            parameters=settings,
            signed=found.signed and bool((relevance < 0).any()),
        )

    def _analyzer(self, workspace: str, model: str, method: str, parameters: Mapping[str, Any]) -> "_Analyzer":
        key = (workspace, model, method, tuple(sorted(parameters.items())))
        if key not in self._built:
            with TemporaryDirectory() as folder:
                _, file = self._catalogue.network(workspace, model, Path(folder))
                weights = load_file(file)
            self._built[key] = _Analyzer(self._description(workspace, model), weights, method, parameters)
        self._built.move_to_end(key)
        while len(self._built) > _MOST_ANALYZERS:
            self._built.popitem(last=False)[1].close()
        return self._built[key]

    def _description(self, workspace: str, model: str) -> NetworkDescription:
        return NetworkDescription.model_validate_json(self._catalogue.description(workspace, model))


def _outputs_only() -> HubError:
    return HubError(
        Reason.METHOD_NOT_APPLICABLE,
        "The innvestigate engine explains outputs of the network only.",
        "Use the native engine for units of inner layers.",
    )


class _Analyzer:
    """A network with one analyzer, in its own graph and session, which are entered at every call.

    With shared ones every analyzer would make all others slower, and nothing could ever be freed.
    """

    def __init__(
        self, description: NetworkDescription, weights: Weights, method: str, parameters: Mapping[str, Any]
    ) -> None:
        self._graph = tf.Graph()
        self._session = tf.compat.v1.Session(graph=self._graph)
        self._analyze: Analyze | None = None
        with self._entered():
            self._model = built(description, weights, rectifiers_as_layers=method == "guided_backprop")
            if method:
                self._analyze = ANALYZERS[method](self._model, parameters)

    def logits(self, inputs: FloatArray) -> FloatArray:
        """Logits (batch, classes)."""
        with self._entered():
            return np.asarray(self._model.predict_on_batch(inputs), np.float32)

    def analyze(self, inputs: FloatArray, units: list[int]) -> FloatArray:
        """Relevance (batch, height, width, channels)."""
        assert self._analyze is not None, "this network was built to predict only"
        with self._entered():
            return np.asarray(self._analyze(inputs, units), np.float32)

    def close(self) -> None:
        """Frees what TensorFlow holds."""
        self._session.close()

    @contextmanager
    def _entered(self) -> Iterator[None]:
        with self._graph.as_default(), self._session.as_default():
            tf.compat.v1.keras.backend.set_session(self._session)
            yield
