"""Finished shards leave for the store while the import goes on, so that they need no room of their own on disk."""

import asyncio
import os
import stat
from pathlib import Path

from backplane.artifacts import ArtifactStore
from backplane.layout import DatasetArtifacts
from backplane.telemetry import get_logger
from domain.errors import HubError, Reason
from suggest.importing.exchange import SHARD_SUFFIX, thumbnail_file

_PAUSE_SECONDS = 0.2

_log = get_logger(__name__)


class Shipping:
    """Takes the shards of an import to the store as they come.

    Args:
        store: where they go.
        artifacts: of the data set.
        folder: where the throw-away process leaves them.
    """

    def __init__(self, store: ArtifactStore, artifacts: DatasetArtifacts, folder: Path) -> None:
        self._store = store
        self._artifacts = artifacts
        self._folder = folder
        self.shipped: set[int] = set()
        """The numbers of those that are in the store."""

    async def until(self, ended: asyncio.Event) -> None:
        """Goes on until the process has ended, and all that it left is in the store.

        Raises:
            HubError: `STORE_UNAVAILABLE`, once the process has ended; before that, the next round tries again.
        """
        while not ended.is_set():
            try:
                await asyncio.to_thread(self.round)
            except HubError as error:
                if error.reason is not Reason.STORE_UNAVAILABLE:
                    raise
                _log.warning("shards wait for the store", problem=error.message)
            await _first_of(ended, _PAUSE_SECONDS)
        await asyncio.to_thread(self.round)

    def round(self) -> None:
        """Takes what is there now."""
        for tar in sorted(self._folder.glob(f"[0-9]*{SHARD_SUFFIX}")):
            number = int(tar.stem)
            thumbnails = thumbnail_file(self._folder, number)
            if thumbnails.exists():
                self._take(thumbnails, self._artifacts.thumbnails(number), "application/octet-stream")
            self._take(tar, self._artifacts.shard(number), "application/x-tar")
            self.shipped.add(number)

    def _take(self, path: Path, key: str, media_type: str) -> None:
        # The process has read a stranger's file and still runs: a link from it would lead where it cannot go itself.
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise _no_plain_file(path) from error
        with open(descriptor, "rb") as stream:  # noqa: PTH123 - of a descriptor
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise _no_plain_file(path)
            self._store.put_stream(key, stream, found.st_size, media_type)
        path.unlink()


async def _first_of(ended: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await ended.wait()
    except TimeoutError:
        return


def _no_plain_file(path: Path) -> HubError:
    return HubError(
        Reason.ARCHIVE_CORRUPT,
        f"The import left {path.name!r:.80}, which is no plain file.",
        "Such a file is never taken: make the archive again.",
    )
