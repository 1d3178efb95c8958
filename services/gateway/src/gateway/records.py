"""Records of resources in the buckets of the bus: typed, named once a workspace, changed by compare-and-swap."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import BaseModel, Field, ValidationError

from backplane.buckets import Bucket, Entry
from backplane.telemetry import get_logger
from domain.errors import HubError, Reason
from domain.identifiers import checked_name, new_id

_log = get_logger(__name__)


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
I = TypeVar("I", bound=ImportedRecord)  # noqa: E741


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


class NamedRecords(Records[I]):
    """Records whose names are given once a workspace, as long as they are not rejected."""

    def __init__(self, bucket: Bucket, names: Bucket, kind: type[I], noun: str, missing: Reason) -> None:
        super().__init__(bucket, kind, noun, missing)
        self._names = names

    async def add(self, workspace: str, record: I) -> None:
        """Adds a record and takes its name.

        Raises:
            HubError: `ARGUMENT_INVALID` or `NAME_TAKEN`.
        """
        checked_name(record.name, self._noun)
        if not await self._names.create(self._name_key(workspace, record.name), record.id.encode()):
            raise HubError(
                Reason.NAME_TAKEN,
                f"The workspace {workspace!r} already has a {self._noun} called {record.name!r}.",
                "Choose another name, or remove the other one first.",
            )
        await super().add(workspace, record)

    async def ready(self, workspace: str, reference: str) -> I:
        """A record that is ready to be used.

        Raises:
            HubError: there is none, or `NOT_READY`.
        """
        record = await self.get(workspace, reference)
        if record.state is State.READY:
            return record
        why = "; ".join(failure.detail for failure in record.failures) or "its import has not ended yet."
        raise HubError(
            Reason.NOT_READY, f"The {self._noun} {record.name!r} is {record.state}: {why}", "Wait, or import it again."
        )

    async def reject(self, workspace: str, identifier: str, failures: tuple[Failure, ...]) -> None:
        """Notes that an import failed, and frees the name."""

        def rejected(record: I) -> I | None:
            return (
                None
                if record.state is State.READY
                else record.model_copy(update={"state": State.REJECTED, "failures": failures})
            )

        record = await self.change(workspace, identifier, rejected)
        if record is not None and record.state is State.REJECTED:
            await self._free_name(workspace, record)

    async def remove(self, workspace: str, identifier: str) -> None:
        """Removes a record and frees its name."""
        record = await self.get(workspace, identifier)
        await super().remove(workspace, record.id)
        await self._free_name(workspace, record)

    async def _free_name(self, workspace: str, record: I) -> None:
        """Gives a name back, if it still is this record's: a rejection told twice may not take it from another."""
        key = self._name_key(workspace, record.name)
        owner = await self._names.get(key)
        if owner is not None and owner.value == record.id.encode():
            await self._names.delete(key)

    def _name_key(self, workspace: str, name: str) -> str:
        return f"{workspace}.{self._noun.replace(' ', '-')}.{name}"
