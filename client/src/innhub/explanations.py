"""Explanations of a hub."""

from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from innhub.connection import JSON, Connection
from innhub.documents import parsed
from innhub.quality import Quality

ClassTarget = str | int
Target = ClassTarget | list[ClassTarget] | dict[str, Any]
"""A class by index or name, `"predicted"` or `"label"`; several of these, whose sum is explained; or something inside
the network: `{"layer": ..., "unit": ..., "position": [row, column]}`, of which all but the layer may be left out."""


@dataclass(frozen=True)
class Explanation:
    """Why a model answers as it does for one sample."""

    id: str
    model: str
    dataset: str
    sample: int
    method: str
    parameters: dict[str, Any]
    engine: str
    target: Target
    target_index: int | None
    target_name: str
    target_value: float
    shape: tuple[int, ...]
    relevance_sum: float
    signed: bool
    layer: str
    top: tuple[dict[str, Any], ...]
    seconds: float
    warnings: tuple[str, ...] = ()
    explanations: "Explanations | None" = field(default=None, repr=False, compare=False)

    @cached_property
    def relevance(self) -> npt.NDArray[np.float32]:
        """Relevance (height, width, channels) in the geometry of the network's input, channels in RGB."""
        return np.asarray(np.load(BytesIO(self.npy()), allow_pickle=False))

    def npy(self) -> bytes:
        """The relevance as an NPY file."""
        return self._source.npy(self.id)

    def image(
        self,
        *,
        overlay: float = 0.6,
        colormap: str = "",
        percentile: float = 99.0,
        size: int | None = None,
    ) -> Image.Image:
        """The relevance drawn over the picture; `overlay` 0 is the picture alone, 1 the map alone."""
        style = {"overlay": overlay, "colormap": colormap, "percentile": percentile, "size": size}
        return Image.open(BytesIO(self._source.png(self.id, style)))

    def quality(self, *, patience_seconds: float = 120.0) -> Quality:
        """How far the map can be trusted; computed when it is asked for the first time.

        Args:
            patience_seconds: what is expected to take longer is refused, with what it costs.

        Raises:
            HubError: `TOO_LARGE` if it would take too long.
        """
        return self._source.quality(self.id, patience_seconds=patience_seconds)

    @property
    def _source(self) -> "Explanations":
        assert self.explanations is not None, "only an explanation that came from a hub has arrays"
        return self.explanations


class Explanations:
    """`hub.explanations`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def request(self, body: JSON) -> Explanation:
        """The explanation that a request describes."""
        return self._explanation(self._connection.ask(self._connection.path("explanations"), body))

    def get(self, explanation: str) -> Explanation:
        """A stored explanation."""
        return self._explanation(self._connection.get(self._connection.path(f"explanations/{explanation}")))

    def npy(self, explanation: str) -> bytes:
        """The relevance of an explanation as an NPY file."""
        return self._connection.get_bytes(self._connection.path(f"explanations/{explanation}/relevance.npy"))

    def png(self, explanation: str, style: JSON) -> bytes:
        """An explanation drawn over its picture, as a PNG file."""
        return self._connection.get_bytes(self._connection.path(f"explanations/{explanation}/heatmap.png"), **style)

    def quality(self, explanation: str, *, patience_seconds: float = 120.0) -> Quality:
        """How far the map of an explanation can be trusted."""
        path = self._connection.path(f"explanations/{explanation}/quality")
        return Quality.of(self._connection.ask(path, {"patience_seconds": patience_seconds}))

    def _explanation(self, document: JSON) -> Explanation:
        return parsed(Explanation, document, explanations=self)
