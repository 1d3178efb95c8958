"""What is fetched from somewhere else and remembered, so that most requests need nobody else."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from backplane.telemetry import get_logger
from domain.errors import HubError

Value = TypeVar("Value")
FRESH_SECONDS = 600.0
"""For so long nobody is asked again."""
KEPT_SECONDS = 3600.0
"""For so long an old value stands in where there is no newer one."""
PAUSE_SECONDS = 5.0
"""Between two tries: strangers must not make us ask without end. Meanwhile people are told how the last try failed."""
_log = get_logger(__name__)


class Remembered(Generic[Value]):
    """A value, fetched when it is first needed.

    Args:
        fetch: gets it, or raises `HubError`.
        clock: seconds that only grow.
    """

    def __init__(self, fetch: Callable[[], Awaitable[Value]], clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._value: Value | None = None
        self._failure: HubError | None = None
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def value(self) -> Value:
        """The value; an old one for some time if the newer cannot be had.

        Raises:
            HubError: that of the last try.
        """
        # Nobody waits for another who asks, as long as there is something to go on with.
        enough = KEPT_SECONDS if self._fetching.locked() else FRESH_SECONDS
        if self._value is not None and self._age() <= enough:
            return self._value
        return await self._no_older_than(FRESH_SECONDS)

    async def newer(self) -> Value:
        """The value as it is now, or was at the last try a moment ago."""
        return await self._no_older_than(0)

    async def _no_older_than(self, seconds: float) -> Value:
        # Whoever comes while the first one asks waits for what it hears.
        async with self._fetching:
            if self._age() > seconds and self._clock() - self._tried_at > PAUSE_SECONDS:
                await self._try()
            if self._value is not None and self._age() <= KEPT_SECONDS:
                return self._value
            assert self._failure is not None, "what is too old was tried again"
            raise self._failure.with_traceback(None)

    async def _try(self) -> None:
        try:
            self._value, self._failure = await self._fetch(), None
            self._fetched_at = self._clock()
        except HubError as error:
            _log.warning("not fetched", error=str(error))
            self._failure = error
        # Not before: whoever asks may hang up meanwhile, and then nothing was tried.
        self._tried_at = self._clock()

    def _age(self) -> float:
        return self._clock() - self._fetched_at
