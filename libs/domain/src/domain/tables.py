"""Tables that people take away: their forms, and how one is handed from service to service."""

from dataclasses import dataclass
from enum import StrEnum


class TableForm(StrEnum):
    """What the name of a table ends in."""

    CSV = "csv"
    PARQUET = "parquet"

    @property
    def media_type(self) -> str:
        """What a reader is told that it is."""
        return "text/csv" if self is TableForm.CSV else "application/vnd.apache.parquet"


@dataclass(frozen=True)
class ExportedTable:
    """A table: its bytes, or, where they are many, the key of the object that holds them until they are read."""

    key: str
    size: int
    media_type: str
    data: bytes
