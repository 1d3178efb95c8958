"""The objects that statistics are made of."""

from collections.abc import Iterable
from typing import Protocol

from backplane.artifacts import StoredObject


class Objects(Protocol):
    """The part of an `ArtifactStore` that reading needs."""

    def list(self, prefix: str) -> Iterable[StoredObject]: ...  # noqa: D102
    def get(self, key: str) -> bytes: ...  # noqa: D102
