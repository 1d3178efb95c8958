"""Requests on connections that the other side closes under the client's hand, with a real server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.client import parse_headers
from typing import Any, BinaryIO

import httpx
import pytest

from innhub import HubError
from innhub.connection import Connection

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"


def read_request(incoming: BinaryIO) -> str:
    """The method of the next request, read whole; nothing where the other side has hung up."""
    if not (line := incoming.readline()):
        return ""
    incoming.read(int(parse_headers(incoming).get("Content-Length", 0)))
    return line.split()[0].decode()


class Closing:
    """A server that keeps a connection for one answer, and closes it unseen when the next request is read from it."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.connections = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as incoming:
            for answered in (True, False):
                if not (method := read_request(incoming)):
                    return
                self.requests.append(method)
                if answered:
                    connection.sendall(ANSWER)


@pytest.fixture
def closing() -> Iterator[Closing]:
    server = Closing()
    yield server
    server.close()


@pytest.fixture
def connection(closing: Closing) -> Iterator[Connection]:
    made = Connection(closing.url, "token", "default")
    yield made
    made.close()


@pytest.mark.parametrize("ask", ["get", "ask"])
def test_a_question_is_asked_again_where_its_connection_was_closed(
    closing: Closing, connection: Connection, ask: str
) -> None:
    question: dict[str, Any] = {"body": {}} if ask == "ask" else {}
    for _ in range(2):
        assert getattr(connection, ask)("/v1/question", **question) == {}
    assert len(closing.requests) == 3
    assert closing.connections == 2


def test_what_does_something_is_sent_once_on_a_connection_of_its_own(closing: Closing, connection: Connection) -> None:
    connection.get("/v1/question")
    for _ in range(2):
        connection.post("/v1/deed", {})
    assert closing.requests == ["GET", "POST", "POST"]
    assert closing.connections == 3


def test_what_does_something_and_is_not_answered_is_not_done_twice() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        taken = list[socket.socket]()

        def hang_up() -> None:
            taken.append(listening.accept()[0])
            with taken[0], taken[0].makefile("rb") as incoming:
                read_request(incoming)

        thread = threading.Thread(target=hang_up)
        thread.start()
        connection = Connection(f"http://127.0.0.1:{listening.getsockname()[1]}", "token", "default")
        with pytest.raises(HubError) as caught:
            connection.post("/v1/deed", {})
        thread.join(10)
        listening.settimeout(0.2)
        with pytest.raises(TimeoutError):
            listening.accept()
        connection.close()
    assert caught.value.reason == "HUB_UNREACHABLE"
    assert isinstance(caught.value.__cause__, httpx.RemoteProtocolError)
