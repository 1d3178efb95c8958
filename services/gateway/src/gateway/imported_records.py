"""Records of resources that come into being by an import: pending, ready or rejected, named once a workspace."""

from enum import StrEnum
from typing import TypeVar

from pydantic import Field

from backplane.buckets import Bucket
from domain.errors import HubError, Reason
from domain.identifiers import checked_name
from gateway.records import Failure, Record, Records


class State(StrEnum):
    """How far a model or data set has come."""

    PENDING = "pending"
    READY = "ready"
    REJECTED = "rejected"


class ImportedRecord(Record):
    """A resource that comes into being by an import."""

    state: State = State.PENDING
    failures: tuple[Failure, ...] = Field(default=(), description="Why it was rejected.")


I = TypeVar("I", bound=ImportedRecord)  # noqa: E741


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

    async def restore(self, workspace: str, record: I) -> I | None:
        """Puts back a record that was lost, under another name where somebody has its own by now.

        Returns:
            The record that was put back, or made ready; None where there is one, which stays as it is.
        """
        key = f"{workspace}.{record.id}"
        found = await self._bucket.get(key)
        if found is not None and found.value:
            there = self._kind.model_validate_json(found.value)
            if there.state is not State.REJECTED:
                await self._take_name(workspace, there.name, there.id)
            if there.state is not State.PENDING:
                return None
            # Its import has ended, and nobody was told.
            kept = record.model_copy(update={"name": there.name})
            return await self.change(workspace, there.id, lambda now: kept if now.state is State.PENDING else None)
        for name in (record.name, f"{record.name[:56]}-{record.id[-6:].lower()}"):
            if await self._take_name(workspace, name, record.id):
                kept = record.model_copy(update={"name": name})
                return kept if await self._bucket.create(key, kept.model_dump_json().encode()) else None
        return None

    async def remove(self, workspace: str, identifier: str) -> None:
        """Removes a record and frees its name."""
        record = await self.get(workspace, identifier)
        await super().remove(workspace, record.id)
        await self._free_name(workspace, record)

    async def _take_name(self, workspace: str, name: str, identifier: str) -> bool:
        """Whether a name is this record's now."""
        key = self._name_key(workspace, name)
        if await self._names.create(key, identifier.encode()):
            return True
        owner = await self._names.get(key)
        return owner is not None and owner.value == identifier.encode()

    async def _free_name(self, workspace: str, record: I) -> None:
        """Gives a name back, if it still is this record's: a rejection told twice may not take it from another."""
        key = self._name_key(workspace, record.name)
        owner = await self._names.get(key)
        if owner is not None and owner.value == record.id.encode():
            await self._names.delete(key)

    def _name_key(self, workspace: str, name: str) -> str:
        return f"{workspace}.{self._noun.replace(' ', '-')}.{name}"
