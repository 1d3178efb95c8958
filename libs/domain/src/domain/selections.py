"""A saved selection: samples that somebody put together for others to look at."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class Selection(BaseModel):
    """What is known of a selection; its name is given once a workspace. The numbers of its samples stand beside it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    dataset: str = Field(description="The id of the data set.")
    created_at: datetime
    created_by: str
    note: str = Field(default="", description="What the samples have in common, in words.")
    where: tuple[str, ...] = Field(default=(), description="The conditions that chose them, if any did.")
    count: int = Field(description="How many samples it holds.")


SelectedSamples = TypeAdapter(tuple[int, ...])
"""Their numbers, in order."""
