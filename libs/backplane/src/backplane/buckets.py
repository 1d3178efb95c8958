"""Buckets of records on JetStream: read, watched, and changed by compare-and-swap."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import nats.errors
from nats.js.errors import Error as JetStreamError
from nats.js.errors import KeyNotFoundError, KeyWrongLastSequenceError
from nats.js.kv import KV_DEL, KV_PURGE, KeyValue

from backplane.bus_errors import bus_errors
from domain.errors import HubError, Reason

_LOOK_SECONDS = 5.0
"""How often a watch without news looks whether it can still hear."""
_FORGOTTEN_SECONDS = 15.0
"""How long the server keeps a watch of a process that died: a bucket bears a thousand of them, and then no more."""


@dataclass(frozen=True)
class Entry:
    """A value of a bucket with the revision that a compare-and-swap needs. A deleted key has the value None."""

    key: str
    value: bytes | None
    revision: int


class Bucket:
    """A bucket of records. Keys are dotted: `<workspace>.<id>`.

    Args:
        store: where they are.
        reconnections: how often the connection had to be made again; a watch from before such a time may be deaf.
    """

    def __init__(self, store: KeyValue, reconnections: Callable[[], int] = lambda: 0) -> None:
        self._store = store
        self._reconnections = reconnections

    async def get(self, key: str) -> Entry | None:
        """The record under a key, if any."""
        with bus_errors():
            try:
                entry = await self._store.get(key)
            except KeyNotFoundError:
                return None
            return Entry(key, entry.value or b"", entry.revision or 0)

    async def create(self, key: str, value: bytes) -> bool:
        """Writes a record that must not exist yet; False if it does."""
        with bus_errors():
            try:
                await self._store.create(key, value)
            except KeyWrongLastSequenceError:
                return False
            return True

    async def change(self, key: str, changed: Callable[[bytes], bytes | None]) -> bytes | None:
        """Replaces a record by a function of it, again and again until nobody came between.

        Args:
            key: the record.
            changed: gives the new record, or None to leave it as it is. May be called more than once.

        Returns:
            The record as it stands now, or None if there is none.
        """
        for attempt in range(100):
            entry = await self.get(key)
            if entry is None or entry.value is None:
                return None
            value = changed(entry.value)
            if value is None or value == entry.value:
                return entry.value
            with bus_errors():
                try:
                    await self._store.update(key, value, last=entry.revision)
                except KeyWrongLastSequenceError:
                    await asyncio.sleep(min(0.001 * 2**attempt, 0.1))
                    continue
            return value
        raise HubError(Reason.CONCURRENT_CHANGE, f"The record {key} changes too fast.", "Try again.")

    async def delete(self, key: str) -> None:
        """Removes a record; none is no error."""
        with bus_errors():
            await self._store.purge(key)

    async def list(self, pattern: str) -> list[Entry]:
        """All records whose key matches a pattern (`workspace.>`), in the order of their keys."""
        entries: list[Entry] = []
        async with self.watch(pattern) as changes:
            async for change in changes:
                if change is None:
                    break
                if change.value is not None:
                    entries.append(change)
        return sorted(entries, key=lambda entry: entry.key)

    @asynccontextmanager
    async def watch(self, pattern: str) -> AsyncIterator[AsyncIterator[Entry | None]]:
        """Records as they stand, then None once, then every change as it happens.

        After the connection was lost and found again, records come once more as they stand.
        """
        watching = _Watching(self._store, pattern, self._reconnections)
        await watching.begin()
        try:
            yield watching.changes()
        finally:
            await watching.end()


class _Watching:
    """A watcher of the client, made again where it may have gone deaf."""

    def __init__(self, store: KeyValue, pattern: str, reconnections: Callable[[], int]) -> None:
        self._store = store
        self._pattern = pattern
        self._reconnections = reconnections
        self._begun_at = 0
        self._watcher: KeyValue.KeyWatcher | None = None

    async def begin(self) -> None:
        begun_at = self._reconnections()
        with bus_errors():
            self._watcher = await self._store.watch(self._pattern, inactive_threshold=_FORGOTTEN_SECONDS)
        self._begun_at = begun_at

    async def end(self) -> None:
        if self._watcher is not None:
            await _stop(self._watcher)

    async def _begin_anew(self) -> None:
        """The old one is stopped only once there is a new one: a watcher that is stopped says so as if it were news."""
        old = self._watcher
        await self.begin()
        if old is not None:
            await _stop(old)

    async def changes(self) -> AsyncIterator[Entry | None]:
        begun = late = said = False
        while True:
            assert self._watcher is not None, "begin was not called"
            try:
                entry = await self._watcher.updates(timeout=_LOOK_SECONDS)
            except (nats.errors.TimeoutError, TimeoutError):
                if self._reconnections() != self._begun_at:
                    with suppress(HubError):
                        await self._begin_anew()
                continue
            if entry is None:
                # On a busy machine the client says so while the records are still on their way to it.
                late = not begun and await _has_sent(self._watcher)
                if not late and not said:
                    said = True
                    yield None
                continue
            begun = True
            gone = entry.operation in {KV_DEL, KV_PURGE}
            yield Entry(entry.key, None if gone else entry.value or b"", entry.revision or 0)
            if late and entry.delta == 0:
                late, said = False, True
                yield None


async def _stop(watcher: KeyValue.KeyWatcher) -> None:
    """Stops a watcher, and lets the server forget it at once, which the client leaves to a time limit."""
    subscription = watcher._sub
    assert subscription is not None, "a watcher that was begun is subscribed"
    with suppress(nats.errors.Error, JetStreamError, TimeoutError):
        await watcher.stop()
        await subscription._js._jsm.delete_consumer(subscription._stream, subscription._consumer)


async def _has_sent(watcher: KeyValue.KeyWatcher) -> bool:
    """Whether the server has sent any record to a watcher."""
    assert watcher._sub is not None, "a watcher that has said something is subscribed"
    with bus_errors():
        delivered = (await watcher._sub.consumer_info()).delivered
    return delivered is not None and delivered.consumer_seq > 0
