"""How a replica leaves: first it says so and serves as before, then it takes no more and finishes what has begun.

Between the two, whoever finds replicas has time to forget this one. Connections that are kept for later requests are
given up meanwhile, with the answer to the request that happens to use them; so none of them breaks under a request.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Departure:
    """Of one replica. Whatever else it does beside HTTP may wait for it as well.

    Attributes:
        announced: set once it is known that the replica will leave.
        begun: set once it takes no more.
    """

    def __init__(self) -> None:
        self.announced = asyncio.Event()
        self.begun = asyncio.Event()

    async def leave(self, drain_seconds: float) -> None:
        """Announces it, lets it be known, and begins it."""
        self.announced.set()
        await asyncio.sleep(drain_seconds)
        self.begun.set()


def giving_up_connections(application: Application, departure: Departure) -> Application:
    """The application; once its departure is announced, each answer is the last one of its connection."""

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and departure.announced.is_set():
                kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() != b"connection"]
                message = {**message, "headers": [*kept, (b"connection", b"close")]}
            await send(message)

        await application(scope, receive, sent)

    return answered
