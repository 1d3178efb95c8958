"""The list of runs, filtered and in pages."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gateway.runs.kinds import RunKind, RunState
from gateway.runs.record import RunRecord
from gateway.runs.schemas import RunList, for_people


class Order(StrEnum):
    """Which run comes first."""

    OLDEST = "oldest"
    NEWEST = "newest"


class RunQuery(BaseModel):
    """Which runs are listed."""

    model_config = ConfigDict(extra="forbid")

    state: Annotated[list[RunState], Field(default=[], description="Only those in one of these states.")]
    kind: Annotated[list[RunKind], Field(default=[], description="Only those of one of these kinds.")]
    created_by: str | None = Field(default=None, description="Only those that this person has begun.")
    dataset: str | None = Field(default=None, description="Only those over this data set, by id.")
    order: Order = Field(default=Order.OLDEST, description="Which comes first.")
    limit: int = Field(default=100, ge=1, le=1000, description="The most items of a page.")
    cursor: str | None = Field(default=None, description="`next` of the page before.")

    def page(self, records: list[RunRecord]) -> RunList:
        """A page of the runs that are meant.

        Args:
            records: all, oldest first.
        """
        newest = self.order is Order.NEWEST
        found = [record for record in (reversed(records) if newest else records) if self._means(record)]
        if self.cursor is not None:
            found = [record for record in found if (record.id < self.cursor if newest else record.id > self.cursor)]
        page = found[: self.limit]
        return RunList(
            items=[for_people(record) for record in page],
            next=page[-1].id if len(found) > self.limit else None,
        )

    def _means(self, record: RunRecord) -> bool:
        return (
            (not self.state or record.state in self.state)
            and (not self.kind or record.kind in self.kind)
            and self.created_by in {None, record.created_by}
            and self.dataset in {None, record.dataset}
        )
