"""What an operator does for a whole hub."""

from collections.abc import Iterator
from dataclasses import dataclass

from innhub.connection import Connection
from innhub.documents import parsed


@dataclass(frozen=True)
class Restored:
    """A record that was made again: of a `workspace`, a `model` or a `dataset`."""

    kind: str
    workspace: str
    id: str
    name: str
    was_named: str = ""
    """Its old name, where somebody has that one now."""
    problem: str = ""
    """Why it could not be brought back; empty where it was."""


@dataclass(frozen=True)
class Garbage:
    """A folder or an object of the store that is of no use: an `upload`, `artifact`, `result` or `export`."""

    kind: str
    workspace: str
    key: str
    objects: int
    bytes: int
    modified: str


class Admin:
    """`hub.admin`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reindex(self) -> Iterator[Restored]:
        """Brings back the records of all models and data sets in the store; each that was missing, as it comes back."""
        for line in self._connection.lines("POST", "/v1/admin/reindex"):
            yield parsed(Restored, line)

    def garbage(self, *, remove: bool = False) -> Iterator[Garbage]:
        """What is of no use to anybody, as it is found.

        Args:
            remove: whether to remove it, too.
        """
        for line in self._connection.lines("DELETE" if remove else "GET", "/v1/admin/garbage"):
            yield parsed(Garbage, line)
