"""What an engine does: answers with logits and attributions. There are two, native and innvestigate.

Engines live in child processes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from pydantic import JsonValue

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class UnitChoice:
    """The unit explained, by the layer whose unit it is. The output layer gives logits."""

    layer: str
    unit: int


@dataclass(frozen=True)
class Answer:
    """Relevance (height, width, channels) in the network's channel order, and the raw map if there is one."""

    relevance: FloatArray
    activation_map: FloatArray | None
    parameters: dict[str, JsonValue]
    """The parameters, as they were understood."""
    signed: bool
    """Whether there is negative relevance, and it means something."""
    layer: str = ""
    """Where a class activation map was taken."""
    warnings: tuple[str, ...] = ()


class ExplanationEngine(Protocol):
    """An engine."""

    def logits(self, workspace: str, model: str, inputs: FloatArray) -> FloatArray:
        """Logits (classes,) for one input (height, width, channels)."""

    def output_layer(self, workspace: str, model: str) -> str:
        """The name of the layer that gives the logits."""

    def activation(self, workspace: str, model: str, inputs: FloatArray, choice: UnitChoice) -> float:
        """The value of a unit inside the network for one input: the mean of its channel where the layer has maps.

        Raises:
            HubError: the network has no such unit, or the engine cannot look inside.
        """

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
        """Explains one input (height, width, channels).

        Raises:
            HubError: naming what does not fit.
        """
