"""Data sets of a hub, and their samples."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from innhub.connection import JSON, Connection
from innhub.documents import parsed
from innhub.uploads import Progress, packed, send
from innhub.waiting import until_ready


@dataclass(frozen=True)
class Sample:
    """A sample, by data set and number."""

    dataset: str
    number: int
    path: str = ""
    label: str | None = None
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Dataset:
    """A data set: `state` is `pending`, `ready` or `rejected` (then `failures` says why). `data[3]` is a sample."""

    id: str
    name: str
    state: str
    created_at: str
    created_by: str
    failures: tuple[dict[str, str], ...] = ()
    summary: dict[str, Any] | None = field(default=None, repr=False)
    """Once ready: samples, labels, and the files that were left out."""

    def __len__(self) -> int:
        return int(self.summary["samples"]) if self.summary else 0

    def __getitem__(self, number: int) -> Sample:
        if not 0 <= number < len(self):
            raise IndexError(f"{self.name} has {len(self)} samples, there is no {number}")
        return Sample(self.id, number)


class Datasets:
    """`hub.datasets`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self) -> list[Dataset]:
        """All data sets, oldest first."""
        return [parsed(Dataset, item) for item in self._connection.items(self._connection.path("datasets"))]

    def get(self, dataset: str) -> Dataset:
        """A data set by name or id."""
        return parsed(Dataset, self._connection.get(self._connection.path(f"datasets/{dataset}")))

    def add(
        self,
        path: str | Path,
        *,
        name: str,
        labels: str | Path | None = None,
        wait_seconds: float = 3600,
        progress: Progress | None = None,
    ) -> Dataset:
        """Imports pictures and waits until they are ready.

        Args:
            path: a folder, a zip, a tar, or one picture. A folder a class gives the labels.
            name: what to call the data set.
            labels: a CSV with the columns `path` and `label`.
            wait_seconds: how long to wait; 0 returns at once, while it is pending.
            progress: told how much has been sent.

        Raises:
            HubError: the data set was rejected, with the reason.
        """
        with packed(Path(path)) as file:
            body: JSON = {"name": name, "upload": send(self._connection, file, progress)}
        if labels is not None:
            body["labels"] = send(self._connection, Path(labels))
        dataset = parsed(Dataset, self._connection.post(self._connection.path("datasets"), body))
        return dataset if wait_seconds == 0 else until_ready(lambda: self.get(dataset.id), wait_seconds)

    def remove(self, dataset: str) -> None:
        """Removes a data set and what was predicted for it."""
        self._connection.delete(self._connection.path(f"datasets/{dataset}"))

    def samples(self, dataset: str, label: str | None = None) -> Iterator[Sample]:
        """All samples in their order, fetched page by page."""
        path = self._connection.path(f"datasets/{dataset}/samples")
        for item in self._connection.items(path, label=label, limit=1000):
            yield parsed(Sample, item, dataset=dataset)

    def image(self, sample: Sample, size: int | None = None) -> Image.Image:
        """The picture of a sample; `size` limits its longest side."""
        path = self._connection.path(f"datasets/{sample.dataset}/samples/{sample.number}/image")
        return Image.open(BytesIO(self._connection.get_bytes(path, size=size)))
