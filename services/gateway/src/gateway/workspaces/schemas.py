"""Bodies of workspaces."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field

from domain.identifiers import Name


class WorkspaceRecord(BaseModel):
    """A place where people share models, data sets and runs."""

    id: str
    name: str
    title: str = ""
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    created_by: str


class NewWorkspace(BaseModel):
    """A workspace to make."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "birds", "title": "Birds"}]})

    name: Name
    title: str = Field(default="", max_length=200)


class WorkspaceChange(BaseModel):
    """What can be changed of a workspace."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(max_length=200)


class WorkspaceList(BaseModel):
    """The workspaces."""

    items: list[WorkspaceRecord]
    next: str | None = None
