"""Following what changes: events of the hub, taken up where they broke off, also while the hub is started anew."""

import time
from collections.abc import Iterator

from innhub.connection import JSON, Connection
from innhub.errors import HubError

MAY_PASS = {0, 502, 503, 504}
"""Statuses of a hub that is away for a while; 0 stands for none at all."""
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 5.0
_PATIENCE_SECONDS = 300.0


def followed(connection: Connection, path: str, patience_seconds: float = _PATIENCE_SECONDS) -> Iterator[JSON]:
    """Events, each once, for as long as somebody asks for the next one.

    Args:
        connection: to the hub.
        path: where the events are.
        patience_seconds: how long the hub may be away.

    Raises:
        HubError: the hub refused, or was away for longer.
    """
    last, pause, heard = "", _FIRST_PAUSE_SECONDS, time.monotonic()
    while True:
        try:
            for number, event in connection.events(path, last):
                last = number
                yield event
                pause, heard = _FIRST_PAUSE_SECONDS, time.monotonic()
        except HubError as error:
            if error.status not in MAY_PASS or time.monotonic() - heard > patience_seconds:
                raise
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
