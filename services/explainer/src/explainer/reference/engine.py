"""The reference engine: analyzers of innvestigate, each in a graph and session of its own."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
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
from explainer.engine import Answer, Asked, FloatArray, UnitChoice
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
        """Logits (batch, classes) for inputs (batch, height, width, channels)."""
        return self._analyzer(workspace, model, "", {}).logits(inputs)

    def output_layer(self, workspace: str, model: str) -> str:
        """The name of the layer that gives the logits."""
        return self._description(workspace, model).output.name

    def activations(self, workspace: str, model: str, inputs: FloatArray, choices: Sequence[UnitChoice]) -> FloatArray:
        """Refuses: innvestigate explains outputs."""
        del workspace, model, inputs, choices
        raise _outputs_only()

    def explain(self, asked: Asked) -> Answer:
        """Explains some inputs, for one class each."""
        found = registry.get(asked.method)
        checked = checked_parameters(found, asked.parameters)
        description = self._description(asked.workspace, asked.model)
        refuse_obstacle(found, description)
        if asked.layer or any(choice.layer != description.output.name for choice in asked.choices):
            raise _outputs_only()
        units = [unit for choice in asked.choices for unit in choice.units]
        if len(units) != len(asked.choices):
            raise _outputs_only()
        settings = checked.model_dump(mode="json")
        analyzer = self._analyzer(asked.workspace, asked.model, asked.method, settings)
        return Answer(
            relevance=analyzer.analyze(asked.inputs, units),
            activation_map=None,
            parameters=settings,
            signed=found.signed,
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
        "The innvestigate engine explains single outputs of the network only.",
        "Use the native engine for several classes and for what lies inside.",
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
