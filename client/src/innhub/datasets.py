"""Data sets of a hub, and their samples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from innhub.connection import JSON, Connection
from innhub.documents import parsed
from innhub.packing import packed
from innhub.uploads import Progress, send, send_parcel
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
    """Once ready: samples, labels, columns, and the files that were left out."""

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
        paths: str | Path | Sequence[str | Path],
        *,
        name: str,
        labels: str | Path | None = None,
        wait_seconds: float = 3600,
        progress: Progress | None = None,
    ) -> Dataset:
        """Imports pictures and waits until they are ready.

        Args:
            paths: a folder, a zip, a tar, or one picture; or several folders and pictures. A folder a class gives the
                labels.
            name: what to call the data set.
            labels: a CSV or Parquet table with the columns `path` and `label`, and any others to keep.
            wait_seconds: how long to wait; 0 returns at once, while it is pending.
            progress: told how much has been sent.

        Raises:
            HubError: the data set was rejected, with the reason.
        """
        several = [paths] if isinstance(paths, str | Path) else paths
        parcel = packed([Path(path) for path in several], name)
        body: JSON = {"name": name, "upload": send_parcel(self._connection, parcel, progress)}
        if labels is not None:
            body["labels"] = send(self._connection, Path(labels))
        dataset = parsed(Dataset, self._connection.post(self._connection.path("datasets"), body))
        return dataset if wait_seconds == 0 else until_ready(lambda: self.get(dataset.id), wait_seconds)

    def export(self, dataset: str, path: str | Path) -> Path:
        """Writes a zip with the original files of a data set and `labels.csv`, which imports as the same again.

        Returns:
            The file; it is only there once it is whole.
        """
        target = Path(path)
        part = target.with_name(f"{target.name}.part")
        try:
            with part.open("wb") as file:
                self._connection.download(self._connection.path(f"datasets/{dataset}/archive.zip"), file)
            part.rename(target)
        finally:
            part.unlink(missing_ok=True)
        return target

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
