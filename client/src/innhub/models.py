"""Models of a hub."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from innhub.connection import JSON, Connection
from innhub.datasets import Sample
from innhub.documents import parsed
from innhub.uploads import Progress, send
from innhub.waiting import until_ready

IMAGENET = "imagenet"
NO_WEIGHTS = "none"
BUILTIN = "keras:"
_WORDS: dict[str, set[str]] = {"weights": {IMAGENET, NO_WEIGHTS}, "labels": {IMAGENET}, "history": set()}
"""What stands for itself where otherwise a file is named."""


@dataclass(frozen=True)
class Model:
    """A model: `state` is `pending`, `ready` or `rejected` (then `failures` says why)."""

    id: str
    name: str
    state: str
    created_at: str
    created_by: str
    failures: tuple[dict[str, str], ...] = ()
    summary: dict[str, Any] | None = field(default=None, repr=False)
    """Once ready: input shape, classes, preprocessing, layers, parameters, and what the import changed."""


class Models:
    """`hub.models`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, model: str) -> Model:
        """A model by name or id."""
        return parsed(Model, self._connection.get(self._connection.path(f"models/{model}")))

    def add(
        self,
        source: str | Path,
        *,
        name: str,
        weights: str | Path | None = None,
        labels: str | Path | None = None,
        preprocessing: str | dict[str, Any] | None = None,
        history: str | Path | None = None,
        wait_seconds: float = 600,
        progress: Progress | None = None,
    ) -> Model:
        """Imports a model file, or a classifier that Keras brings along, and waits until it is ready.

        Args:
            source: the file, or `keras:NAME` (see `hub.applications()`).
            name: what to call the model.
            weights: for `keras:NAME`: `"imagenet"` (also if none are given), `"none"`, or a file of weights.
            labels: `"imagenet"`, or a file with one class a line (or JSON); none numbers the classes.
            preprocessing: a preset (`raw`, `unit`, `tf`, `caffe`, `torch`) or the values themselves; none guesses.
            history: a file with the history of the training: a CSV with a column a quantity, or JSON.
            wait_seconds: how long to wait; 0 returns at once, while it is pending.
            progress: told how much has been sent.

        Raises:
            HubError: the model was rejected, with the reason.
        """
        body: JSON = {"name": name}
        if str(source).startswith(BUILTIN):
            body["builtin"] = str(source)
        else:
            body["upload"] = send(self._connection, Path(source), progress)
        for part, file in (("weights", weights), ("labels", labels), ("history", history)):
            if file is not None:
                body[part] = file if file in _WORDS[part] else send(self._connection, Path(file))
        if preprocessing is not None:
            body["preprocessing"] = preprocessing
        model = parsed(Model, self._connection.post(self._connection.path("models"), body))
        return model if wait_seconds == 0 else until_ready(lambda: self.get(model.id), wait_seconds)

    def remove(self, model: str) -> None:
        """Removes a model."""
        self._connection.delete(self._connection.path(f"models/{model}"))

    def graph(self, model: str) -> list[JSON]:
        """The layers of the network: name, kind, inputs, output shape, parameters, cost, hyperparameters."""
        layers: list[JSON] = self._connection.get(self._connection.path(f"models/{model}/graph"))["layers"]
        return layers

    def layer(self, model: str, layer: str) -> JSON:
        """One layer of the network, and how the values of its `weights` are spread."""
        return self._connection.get(self._connection.path(f"models/{model}/layer"), name=layer)

    def training(self, model: str) -> JSON:
        """How the network was trained: optimizer, loss, metrics and history; empty where nothing tells."""
        return self._connection.get(self._connection.path(f"models/{model}/training"))

    def activations(self, model: str, sample: Sample, layer: str, *, limit: int = 32) -> JSON:
        """The `units` of a layer that answer most strongly to a sample, each with its mean and its maximum."""
        path = self._connection.path(f"models/{model}/activations")
        return self._connection.get(path, dataset=sample.dataset, sample=sample.number, layer=layer, limit=limit)

    def activation_maps(
        self, model: str, sample: Sample, layer: str, units: Sequence[int] = (), *, size: int = 112
    ) -> Image.Image:
        """The maps of units of a layer for a sample, tile beside tile; without units, of those that answer most."""
        path = self._connection.path(f"models/{model}/activations/maps.png")
        png = self._connection.get_bytes(
            path, dataset=sample.dataset, sample=sample.number, layer=layer, unit=list(units), size=size
        )
        return Image.open(BytesIO(png))

    def methods(self, model: str) -> list[JSON]:
        """Which explanation methods apply, and for each that does not, why."""
        rows: list[JSON] = self._connection.get(self._connection.path(f"models/{model}/methods"))["methods"]
        return rows

    def classes(self, model: str) -> list[str]:
        """The names of the classes, in the order of the output units."""
        names: list[str] = self._connection.get(self._connection.path(f"models/{model}/classes"))["names"]
        return names

    def list(self) -> list[Model]:
        """All models, oldest first."""
        return [parsed(Model, item) for item in self._connection.items(self._connection.path("models"))]
