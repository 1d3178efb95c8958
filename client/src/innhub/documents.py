"""From JSON documents to dataclasses."""

from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from innhub.connection import JSON

D = TypeVar("D")


def parsed(kind: type[D], document: JSON, **more: Any) -> D:
    """A dataclass from the fields that a document has of it; what a newer hub says beyond them is left out."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in document.items() if name in names}, **more)


def moment(text: str) -> datetime:
    """A point in time as the hub writes it."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
