"""A saved selection: samples that somebody put together for others to look at."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class Selection(BaseModel):
    """Samples of a data set under a name that is given once a workspace."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    dataset: str = Field(description="The id of the data set.")
    created_at: datetime
    created_by: str
    note: str = Field(default="", description="What they have in common, in words.")
    where: tuple[str, ...] = Field(default=(), description="The conditions that chose them, if any did.")
    samples: tuple[int, ...] = Field(description="Their numbers, in order.")
