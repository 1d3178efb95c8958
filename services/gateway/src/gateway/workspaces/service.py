"""Workspaces: everything else lives in one."""

from backplane.buckets import Bucket
from domain.errors import HubError, Reason
from domain.identifiers import checked_name
from gateway.workspaces.schemas import WorkspaceRecord

DEFAULT = "default"


class Workspaces:
    """The workspaces, by name."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    async def ensure_default(self) -> None:
        """Makes the workspace that is always there."""
        record = WorkspaceRecord(id=DEFAULT, name=DEFAULT, title="Default workspace", created_by="system")
        await self._bucket.create(DEFAULT, record.model_dump_json().encode())

    async def restore(self, name: str) -> bool:
        """Makes the record of a workspace that was lost; False where there is one."""
        record = WorkspaceRecord(id=name, name=name, created_by="system")
        return await self._bucket.create(name, record.model_dump_json().encode())

    async def exists(self, name: str) -> bool:
        """Whether there is such a workspace; asked each time, since another gateway may have removed it.

        The default one is there even where its record was lost with all others: what is brought back needs a place.
        """
        return name == DEFAULT or (is_key(name) and await self._bucket.get(name) is not None)

    async def list(self) -> list[WorkspaceRecord]:
        """All workspaces."""
        return [WorkspaceRecord.model_validate_json(entry.value or b"") for entry in await self._bucket.list(">")]

    async def get(self, name: str) -> WorkspaceRecord:
        """A workspace that exists."""
        entry = await self._bucket.get(name)
        if entry is None or entry.value is None:
            raise HubError(Reason.WORKSPACE_NOT_FOUND, f"There is no workspace {name!r}.", "List the workspaces.")
        return WorkspaceRecord.model_validate_json(entry.value)

    async def add(self, name: str, title: str, created_by: str) -> WorkspaceRecord:
        """Makes a workspace.

        Raises:
            HubError: `NAME_TAKEN` or `ARGUMENT_INVALID`.
        """
        if "." in checked_name(name, "workspace"):
            raise HubError(Reason.ARGUMENT_INVALID, "The name of a workspace has no dot.", "Use a dash instead.")
        record = WorkspaceRecord(id=name, name=name, title=title, created_by=created_by)
        if not await self._bucket.create(name, record.model_dump_json().encode()):
            raise HubError(Reason.NAME_TAKEN, f"There is a workspace {name!r} already.", "Choose another name.")
        return record

    async def rename(self, name: str, title: str) -> WorkspaceRecord:
        """Gives a workspace another title."""
        value = await self._bucket.change(
            name,
            lambda old: (
                WorkspaceRecord.model_validate_json(old).model_copy(update={"title": title}).model_dump_json().encode()
            ),
        )
        return WorkspaceRecord.model_validate_json(value) if value else await self.get(name)

    async def remove(self, name: str) -> None:
        """Removes a workspace, but not the default one."""
        if name == DEFAULT:
            raise HubError(Reason.ARGUMENT_INVALID, "The default workspace stays.", "Remove what is in it instead.")
        await self._bucket.delete(name)


def is_key(name: str) -> bool:
    """Whether a workspace may have this name."""
    return name != "" and all(letter.isalnum() or letter in "-_" for letter in name) and name.isascii()
