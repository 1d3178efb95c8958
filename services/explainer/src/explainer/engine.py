"""What an engine does: answers with logits and attributions. There are three, two of which ask innvestigate.

Engines live in child processes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt
from pydantic import JsonValue

if TYPE_CHECKING:
    from explainer.surroundings import Surroundings

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class UnitChoice:
    """What is explained at a layer; the output layer gives logits.

    Attributes:
        layer: its name.
        units: the units whose values are summed up; none means all.
        position: row and column of the place where maps are read; without one, the mean over all places.
    """

    layer: str
    units: tuple[int, ...]
    position: tuple[int, int] | None = None


@dataclass(frozen=True)
class Asked:
    """What an engine is to explain: some inputs of one network, all with one method.

    Attributes:
        workspace: of the model.
        model: its id.
        inputs: (batch, height, width, channels) as the network reads them.
        choices: what is explained, one an input, all at one layer.
        method: the id of the method.
        parameters: of the method, not checked yet.
        layer: where a class activation map is taken; empty for the default.
        surroundings: what the data set of the samples offers.
    """

    workspace: str
    model: str
    inputs: FloatArray
    choices: tuple[UnitChoice, ...]
    method: str
    parameters: Mapping[str, Any]
    layer: str
    surroundings: "Surroundings"


@dataclass(frozen=True)
class Answer:
    """Relevance (batch, height, width, channels) in the network's channel order, and the raw maps if there are some."""

    relevance: FloatArray
    activation_map: FloatArray | None
    parameters: dict[str, JsonValue]
    """The parameters, as they were understood."""
    signed: bool
    """Whether negative relevance means something."""
    layer: str = ""
    """Where a class activation map was taken."""
    warnings: tuple[str, ...] = ()


class ExplanationEngine(Protocol):
    """An engine."""

    def logits(self, workspace: str, model: str, inputs: FloatArray) -> FloatArray:
        """Logits (batch, classes) for inputs (batch, height, width, channels)."""

    def output_layer(self, workspace: str, model: str) -> str:
        """The name of the layer that gives the logits."""

    def activations(self, workspace: str, model: str, inputs: FloatArray, choices: Sequence[UnitChoice]) -> FloatArray:
        """The values (batch,) of what was chosen inside the network, one choice an input.

        Raises:
            HubError: the network has no such unit, or the engine cannot look inside.
        """

    def explain(self, asked: Asked) -> Answer:
        """Explains some inputs.

        Raises:
            HubError: naming what does not fit.
        """
