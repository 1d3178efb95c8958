"""Records of resources in the buckets of the bus: typed, and changed by compare-and-swap."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from pydantic import BaseModel, Field, ValidationError

from backplane.buckets import Bucket, Entry
from backplane.telemetry import get_logger
from domain.errors import HubError, Reason
from domain.identifiers import new_id

_log = get_logger(__name__)


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


R = TypeVar("R", bound=Record)


class Page(BaseModel, Generic[R]):
    """A page of a list; `next` is the cursor of the following one."""

    items: list[R]
    next: str | None = None


@dataclass(frozen=True)
class Change(Generic[R]):
    """A record after a change; None once it is removed. Revisions only grow."""

    key: str
    revision: int
    record: R | None


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
        return [self._parsed(entry.value or b"") for entry in entries]

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
            return self._parsed(entry.value)
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
            record = changed(self._parsed(value))
            return None if record is None else record.model_dump_json().encode()

        value = await self._bucket.change(f"{workspace}.{identifier}", step)
        return None if value is None else self._parsed(value)

    async def remove(self, workspace: str, identifier: str) -> None:
        """Removes a record."""
        await self._bucket.delete(f"{workspace}.{identifier}")

    async def current(self, workspace: str, identifier: str) -> Change[R] | None:
        """A record with the revision of its last change."""
        entry = await self._bucket.get(f"{workspace}.{identifier}")
        return None if entry is None else self._change_of(entry)

    @asynccontextmanager
    async def watch(self, workspace: str, identifier: str) -> AsyncIterator[AsyncIterator[Change[R] | None]]:
        """Records as they stand, then None once, then every change as it happens; `*` stands for all.

        One that cannot be read (another version of the hub has written it) is as good as removed.
        """
        async with self._bucket.watch(f"{workspace}.{identifier}") as entries:
            yield (None if entry is None else self._change_of(entry) async for entry in entries)

    def _change_of(self, entry: Entry) -> Change[R]:
        try:
            return Change(entry.key, entry.revision, self._parsed(entry.value) if entry.value else None)
        except ValidationError as error:
            _log.error("record unreadable", key=entry.key, error=str(error))
            return Change(entry.key, entry.revision, None)

    def _parsed(self, value: bytes) -> R:
        return self._kind.model_validate_json(value)
