"""The probes that a cluster asks, asked from outside of the container."""

import asyncio
import http.client
from http import HTTPStatus

from backplane.probe import serves
from images.catalogue import GRPC_PORT, Image
from images.containers import Container

_ANSWER_SECONDS = 3.0
_HEALTH_OF = ("liveness", "")
"""Whose health is asked: that of the process, and whether requests are wanted."""


def answers(image: Image, container: Container) -> bool:
    """Whether all probes of a service say yes."""
    if image.page is not None:
        return page_answers(container, *image.page)
    return all(asyncio.run(serves(f"{container.address}:{GRPC_PORT}", service)) for service in _HEALTH_OF)


def page_answers(container: Container, port: int, path: str) -> bool:
    """Whether GET answers 200."""
    connection = http.client.HTTPConnection(container.address, port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
