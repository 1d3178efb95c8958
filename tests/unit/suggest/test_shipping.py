"""Shards leave for the store as they come, whatever the store and a hostile process do meanwhile."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from backplane.artifacts import ArtifactStore
from backplane.layout import DatasetArtifacts
from domain.errors import HubError, Reason
from suggest.importing.exchange import shard_file, thumbnail_file
from suggest.shipping import Shipping

ARTIFACTS = DatasetArtifacts("w/datasets/d")


class Away:
    """A store that is away for some calls."""

    def __init__(self, calls: int = 0) -> None:
        self.objects: dict[str, bytes] = {}
        self.calls = calls

    def put_stream(self, key: str, stream: BinaryIO, size: int, _: str) -> None:
        if self.calls:
            self.calls -= 1
            raise HubError(Reason.STORE_UNAVAILABLE, "The object store did not answer.")
        self.objects[key] = stream.read(size)


def shipping(store: Away, folder: Path) -> Shipping:
    return Shipping(cast(ArtifactStore, store), ARTIFACTS, folder)


def left(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_shards_are_taken_while_the_process_goes_on(tmp_path: Path, eventually: Callable[..., None]) -> None:
    store, ended = Away(calls=2), asyncio.Event()
    ships = shipping(store, tmp_path)
    going = asyncio.create_task(ships.until(ended))
    thumbnail_file(tmp_path, 0).write_bytes(b"small")
    shard_file(tmp_path, 0).write_bytes(b"tar 0")
    await asyncio.to_thread(eventually, lambda: ships.shipped == {0})
    assert left(tmp_path) == []
    shard_file(tmp_path, 1).write_bytes(b"tar 1")
    ended.set()
    await going
    assert store.objects == {
        ARTIFACTS.thumbnails(0): b"small",
        ARTIFACTS.shard(0): b"tar 0",
        ARTIFACTS.shard(1): b"tar 1",
    }


async def test_a_store_that_stays_away_is_told_at_the_end(tmp_path: Path) -> None:
    shard_file(tmp_path, 0).write_bytes(b"tar")
    ended = asyncio.Event()
    ended.set()
    with pytest.raises(HubError) as caught:
        await shipping(Away(calls=99), tmp_path).until(ended)
    assert caught.value.reason is Reason.STORE_UNAVAILABLE


@pytest.mark.parametrize("kind", ["link", "pipe", "thumbnails"])
async def test_what_is_no_plain_file_is_never_taken(tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"credentials")
    folder = tmp_path / "folder"
    folder.mkdir()
    if kind == "pipe":
        os.mkfifo(shard_file(folder, 0))
    elif kind == "link":
        shard_file(folder, 0).symlink_to(secret)
    else:
        shard_file(folder, 0).write_bytes(b"tar")
        thumbnail_file(folder, 0).symlink_to(secret)
    store = Away()
    with pytest.raises(HubError) as caught:
        shipping(store, folder).round()
    assert caught.value.reason is Reason.ARCHIVE_CORRUPT
    assert store.objects == {}
