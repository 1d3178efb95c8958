"""Finding what nobody will ever ask for again. The store alone says what exists: a manifest is there, or it is not.

So a hub whose records were lost takes nothing for garbage that `reindex` would bring back. Everything is read
folder by folder and never held whole. All calls block.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from backplane.artifacts import ArtifactStore
from backplane.layout import Layout
from backplane.results import KINDS
from gateway.admin.schemas import Garbage, GarbageKind

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def now_in_utc() -> datetime:
    """The time on our clock."""
    return datetime.now(UTC)


class GarbageCollector:
    """Finds garbage, and removes it.

    Args:
        store: where all is.
        in_use: (workspace, upload) of all imports that have not ended.
        now: the clock.
    """

    def __init__(
        self, store: ArtifactStore, in_use: set[tuple[str, str]], now: Callable[[], datetime] = now_in_utc
    ) -> None:
        self._store = store
        self._in_use = in_use
        self._now = now

    def found(self) -> Iterator[Garbage]:
        """All garbage of all workspaces."""
        for workspace in self._store.folders(""):
            yield from self._uploads(workspace)
            yield from self._artifacts(workspace)
            yield from self._results(workspace)
            yield from self._exports(workspace)

    def removed(self) -> Iterator[Garbage]:
        """The same, each removed before it is told."""
        for garbage in self.found():
            self._store.delete(garbage.key)
            yield garbage

    def _uploads(self, workspace: str) -> Iterator[Garbage]:
        for upload in self._store.folders(f"{workspace}/uploads/"):
            if (workspace, upload) not in self._in_use:
                folder = f"{Layout(workspace).upload(upload).root}/"
                yield from self._if_older(_DAY, GarbageKind.UPLOAD, workspace, folder)

    def _artifacts(self, workspace: str) -> Iterator[Garbage]:
        layout = Layout(workspace)
        for kind, artifacts in (("models", layout.model), ("datasets", layout.dataset)):
            for identifier in self._store.folders(f"{workspace}/{kind}/"):
                found = artifacts(identifier)
                if not self._store.exists(found.manifest):
                    yield from self._if_older(_DAY, GarbageKind.ARTIFACT, workspace, f"{found.root}/")

    def _results(self, workspace: str) -> Iterator[Garbage]:
        layout = Layout(workspace)
        for kind in KINDS:
            for dataset in self._store.folders(f"{workspace}/{kind}/"):
                folder = f"{workspace}/{kind}/{dataset}/"
                if not self._store.exists(layout.dataset(dataset).manifest):
                    yield from self._if_older(timedelta(), GarbageKind.RESULT, workspace, folder)
                    continue
                for model in self._store.folders(folder):
                    if not self._store.exists(layout.model(model).manifest):
                        yield from self._if_older(timedelta(), GarbageKind.RESULT, workspace, f"{folder}{model}/")

    def _exports(self, workspace: str) -> Iterator[Garbage]:
        for found in self._store.list(Layout(workspace).exports()):
            if self._now() - found.modified > _HOUR:
                yield Garbage(
                    kind=GarbageKind.EXPORT,
                    workspace=workspace,
                    key=found.key,
                    objects=1,
                    bytes=found.size,
                    modified=found.modified,
                )

    def _if_older(self, age: timedelta, kind: GarbageKind, workspace: str, folder: str) -> Iterator[Garbage]:
        """The folder, unless something in it was written in this time: somebody may be at it."""
        objects = size = 0
        newest = datetime.min.replace(tzinfo=UTC)
        for found in self._store.list(folder):
            objects, size, newest = objects + 1, size + found.size, max(newest, found.modified)
        if objects and self._now() - newest >= age:
            yield Garbage(kind=kind, workspace=workspace, key=folder, objects=objects, bytes=size, modified=newest)
