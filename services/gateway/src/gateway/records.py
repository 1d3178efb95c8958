"""Records of resources in the buckets of the bus: typed, and changed by compare-and-swap."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import BaseModel, Field

from backplane.buckets import Bucket
from domain.errors import HubError, Reason
from domain.identifiers import new_id


class State(StrEnum):
    """How far a model or data set has come."""

    PENDING = "pending"
    READY = "ready"
    REJECTED = "rejected"


class Failure(BaseModel):
    """Why something failed."""

    reason: Reason
    detail: str
    advice: str = ""

    @classmethod
    def of(cls, error: HubError) -> "Failure":
        """The failure that an error stands for."""
        return cls(reason=error.reason, detail=error.message, advice=error.advice)


class Record(BaseModel):
    """What every resource has."""

    id: str = Field(default_factory=new_id)
    name: str
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    created_by: str


class ImportedRecord(Record):
    """A resource that comes into being by an import."""

    state: State = State.PENDING
    failures: tuple[Failure, ...] = Field(default=(), description="Why it was rejected.")


R = TypeVar("R", bound=Record)


class Page(BaseModel, Generic[R]):
    """A page of a list; `next` is the cursor of the following one."""

    items: list[R]
    next: str | None = None


class Records(Generic[R]):
    """The records of one kind.

    Args:
        bucket: where they are, by `<workspace>.<id>`.
        kind: their class.
        noun: what people call one.
        missing: the reason when there is none.
    """

    def __init__(self, bucket: Bucket, kind: type[R], noun: str, missing: Reason) -> None:
        self._bucket = bucket
        self._kind = kind
        self._noun = noun
        self._missing = missing

    async def add(self, workspace: str, record: R) -> None:
        """Adds a new record."""
        await self._bucket.create(f"{workspace}.{record.id}", record.model_dump_json().encode())

    async def list(self, workspace: str) -> list[R]:
        """All records of a workspace, oldest first."""
        entries = await self._bucket.list(f"{workspace}.*")
        return [self._kind.model_validate_json(entry.value or b"") for entry in entries]

    async def page(self, workspace: str, limit: int, cursor: str | None) -> Page[R]:
        """A page of the records, oldest first, after a cursor."""
        items = [record for record in await self.list(workspace) if cursor is None or record.id > cursor]
        return Page(items=items[:limit], next=items[limit - 1].id if len(items) > limit else None)

    async def get(self, workspace: str, reference: str) -> R:
        """A record by its id, or by its name.

        Raises:
            HubError: there is none.
        """
        entry = await self._bucket.get(f"{workspace}.{reference}") if reference.isalnum() else None
        if entry is not None and entry.value:
            return self._kind.model_validate_json(entry.value)
        named = [record for record in await self.list(workspace) if record.name == reference]
        if named:
            return named[-1]
        raise HubError(
            self._missing,
            f"The workspace {workspace!r} has no {self._noun} {reference!r}.",
            f"Ask for the list of them: the {self._noun} may have been removed, or be in another workspace.",
        )

    async def change(self, workspace: str, identifier: str, changed: Callable[[R], R | None]) -> R | None:
        """Replaces a record by a function of it; None where there is no such record (any more)."""

        def step(value: bytes) -> bytes | None:
            record = changed(self._kind.model_validate_json(value))
            return None if record is None else record.model_dump_json().encode()

        value = await self._bucket.change(f"{workspace}.{identifier}", step)
        return None if value is None else self._kind.model_validate_json(value)

    async def remove(self, workspace: str, identifier: str) -> None:
        """Removes a record."""
        await self._bucket.delete(f"{workspace}.{identifier}")

    def watched(self, workspace: str, identifier: str) -> tuple[Bucket, str]:
        """The bucket and key under which changes of a record can be watched."""
        return self._bucket, f"{workspace}.{identifier}"
