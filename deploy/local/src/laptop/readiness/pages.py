"""Programs that answer HTTP."""

import asyncio
import http.client

from laptop.ports import HOST
from laptop.programs import Check

_ANSWER_SECONDS = 3.0


def http_ready(port: int, path: str) -> Check:
    """Ready when GET answers 200."""

    def get() -> bool:
        connection = http.client.HTTPConnection(HOST, port, timeout=_ANSWER_SECONDS)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    async def check() -> bool:
        return await asyncio.to_thread(get)

    return check
