"""What the routes of an operator answer, one line each."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field


class Kind(StrEnum):
    """What was brought back."""

    WORKSPACE = "workspace"
    MODEL = "model"
    DATASET = "dataset"


class Restored(BaseModel):
    """A record that was made again from what the store holds."""

    kind: Kind
    workspace: str
    id: str
    name: str
    was_named: str = Field(default="", description="Its old name, where somebody has that one now; else empty.")
    problem: str = Field(default="", description="Why it could not be brought back; empty where it was.")


class GarbageKind(StrEnum):
    """Why something is of no use."""

    UPLOAD = "upload"
    """Sent more than a day ago, and no import waits for it."""
    ARTIFACT = "artifact"
    """Left by an import that broke off more than a day ago: there is no manifest."""
    RESULT = "result"
    """Made of a data set, or by a model, that no longer exists."""
    EXPORT = "export"
    """A table that nobody has fetched for an hour."""


class Garbage(BaseModel):
    """A folder, or an object, of the store that is of no use."""

    kind: GarbageKind
    workspace: str
    key: str = Field(description="The object, or, with a slash at its end, the folder.")
    objects: int
    bytes: int
    modified: datetime = Field(description="When the newest of its objects was written.")
