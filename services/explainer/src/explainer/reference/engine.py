"""The engines that compute with innvestigate, in a process of their own."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy.typing as npt
import tensorflow as tf
from innvestigate.analyzer.relevance_based.relevance_analyzer import BatchNormalizationReverseLayer
from safetensors.numpy import load_file

from backplane.catalogue import Catalogue
from domain.errors import HubError, Reason
from domain.explanations import Engine
from explainer.engine import Answer, Asked, FloatArray, UnitChoice
from explainer.methods import registry
from explainer.parameters import checked_parameters, refuse_obstacle
from explainer.reference.offers import OFFERS
from explainer.reference.sessions import AnalyzerSession, AnalyzerSessions
from network.description import NetworkDescription


def prepare_process() -> None:
    """Makes innvestigate work on today's TensorFlow; once in a process, before anything is built."""
    tf.compat.v1.disable_eager_execution()
    original = BatchNormalizationReverseLayer.__init__

    def with_one_axis(self: Any, layer: Any, state: Any) -> None:
        original(self, layer, state)
        # A built layer has its axis as a list, with which innvestigate would index a tuple.
        self._axis = self._axis[0] if isinstance(self._axis, list | tuple) else self._axis

    BatchNormalizationReverseLayer.__init__ = with_one_axis


def reference_engines(catalogue: Catalogue) -> dict[Engine, "ReferenceEngine"]:
    """All engines that innvestigate is behind. They share what they have open."""
    prepare_process()
    sessions = AnalyzerSessions()
    return {engine: ReferenceEngine(engine, catalogue, sessions) for engine in OFFERS}


class ReferenceEngine:
    """Explains with innvestigate. For one thread.

    Args:
        engine: which way to ask innvestigate.
        catalogue: where networks are.
        sessions: the analyzers that are open.
    """

    def __init__(self, engine: Engine, catalogue: Catalogue, sessions: AnalyzerSessions) -> None:
        self._engine = engine
        self._analyzers = OFFERS[engine]
        self._catalogue = catalogue
        self._sessions = sessions

    def logits(self, workspace: str, model: str, inputs: FloatArray) -> FloatArray:
        """Logits (batch, classes) for inputs (batch, height, width, channels)."""

        def make() -> AnalyzerSession:
            return AnalyzerSession(self._description(workspace, model), self._weights(workspace, model))

        return self._sessions.get((workspace, model), make).logits(inputs)

    def output_layer(self, workspace: str, model: str) -> str:
        """The name of the layer that gives the logits."""
        return self._description(workspace, model).output.name

    def activations(self, workspace: str, model: str, inputs: FloatArray, choices: Sequence[UnitChoice]) -> FloatArray:
        """Refuses: innvestigate explains outputs."""
        del workspace, model, inputs, choices
        raise _outputs_only()

    def explain(self, asked: Asked) -> Answer:
        """Explains some inputs, for one class each."""
        found, analyzer = registry.get(asked.method), self._analyzers[asked.method]
        checked = checked_parameters(found, asked.parameters)
        description = self._description(asked.workspace, asked.model)
        refuse_obstacle(found, description)
        units = _units(asked, description)
        settings = checked.model_dump(mode="json")
        pixels = asked.surroundings.input_range

        def make() -> AnalyzerSession:
            weights = self._weights(asked.workspace, asked.model)
            return AnalyzerSession(description, weights, analyzer, checked, pixels)

        bounds = (pixels.black.tolist(), pixels.white.tolist())
        key = (asked.workspace, asked.model, self._engine, asked.method, settings, bounds)
        return Answer(
            relevance=self._sessions.get(key, make).analyze(asked.inputs, units),
            activation_map=None,
            parameters=settings,
            signed=found.signed,
            warnings=analyzer.warnings(description),
        )

    def _weights(self, workspace: str, model: str) -> Mapping[str, npt.NDArray[Any]]:
        with TemporaryDirectory() as folder:
            _, file = self._catalogue.network(workspace, model, Path(folder))
            weights: Mapping[str, npt.NDArray[Any]] = load_file(file)
            return weights

    def _description(self, workspace: str, model: str) -> NetworkDescription:
        return NetworkDescription.model_validate_json(self._catalogue.description(workspace, model))


def _units(asked: Asked, description: NetworkDescription) -> list[int]:
    """The output unit of each input."""
    output = description.output.name
    if asked.layer or any(choice.layer != output or len(choice.units) != 1 for choice in asked.choices):
        raise _outputs_only()
    return [choice.units[0] for choice in asked.choices]


def _outputs_only() -> HubError:
    return HubError(
        Reason.METHOD_NOT_APPLICABLE,
        "innvestigate explains single outputs of the network only.",
        "Use the native engine for several classes and for what lies inside.",
    )
