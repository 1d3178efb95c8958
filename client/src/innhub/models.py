"""Models of a hub."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from innhub.connection import JSON, Connection
from innhub.documents import parsed
from innhub.uploads import Progress, send
from innhub.waiting import until_ready

IMAGENET = "imagenet"


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
        file: str | Path,
        *,
        name: str,
        labels: str | Path | None = None,
        preprocessing: str | dict[str, Any] | None = None,
        wait_seconds: float = 600,
        progress: Progress | None = None,
    ) -> Model:
        """Imports a `.keras` file and waits until it is ready.

        Args:
            file: the file.
            name: what to call the model.
            labels: `"imagenet"`, or a file with one class a line (or JSON); none numbers the classes.
            preprocessing: a preset (`raw`, `unit`, `tf`, `caffe`, `torch`) or the values themselves; none guesses.
            wait_seconds: how long to wait; 0 returns at once, while it is pending.
            progress: told how much has been sent.

        Raises:
            HubError: the model was rejected, with the reason.
        """
        body: JSON = {"name": name, "upload": send(self._connection, Path(file), progress)}
        if labels is not None:
            body["labels"] = IMAGENET if labels == IMAGENET else send(self._connection, Path(labels))
        if preprocessing is not None:
            body["preprocessing"] = preprocessing
        model = parsed(Model, self._connection.post(self._connection.path("models"), body))
        return model if wait_seconds == 0 else until_ready(lambda: self.get(model.id), wait_seconds)

    def remove(self, model: str) -> None:
        """Removes a model."""
        self._connection.delete(self._connection.path(f"models/{model}"))

    def graph(self, model: str) -> list[JSON]:
        """The layers of the network: name, kind, inputs, output shape, parameters, hyperparameters."""
        layers: list[JSON] = self._connection.get(self._connection.path(f"models/{model}/graph"))["layers"]
        return layers

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
