"""Whether anybody listens: a quick look before asking in earnest."""

import asyncio

from laptop.ports import HOST

_ANSWER_SECONDS = 3.0


async def listens(port: int) -> bool:
    """Whether a connection to the port is taken."""
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(HOST, port), _ANSWER_SECONDS)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
