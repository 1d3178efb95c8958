"""What was made once and may be wanted again: the least recently used make room when memory runs short."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from backplane.telemetry.metrics import looked_up_in

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class MemoryCache(Generic[Key, Value]):
    """Values by key, bounded by the bytes that they take. Safe for many threads.

    Args:
        name: in metrics.
        memory_bytes: how much all values may take; one that is larger by itself is not kept.
        size: the bytes that a value takes.
    """

    def __init__(self, name: str, memory_bytes: int, size: Callable[[Value], int]) -> None:
        self._looked_up = looked_up_in(name)
        self._memory_bytes = memory_bytes
        self._size = size
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._used = 0
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        """The value, or None if it is not kept (any more)."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            value = self._values.get(key)
        self._looked_up(value is not None)
        return value

    def put(self, key: Key, value: Value) -> None:
        """Keeps a value in place of any that had its key."""
        with self._lock:
            if key in self._values:
                self._used -= self._size(self._values.pop(key))
            self._values[key] = value
            self._used += self._size(value)
            while self._used > self._memory_bytes:
                self._used -= self._size(self._values.popitem(last=False)[1])
