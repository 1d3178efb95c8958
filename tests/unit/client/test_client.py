"""The client against a small server of its own: what it sends, and what it makes of answers."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from innhub import Hub, HubError, Me
from innhub.cli.main import app
from innhub.connection import Connection
from innhub.documents import parsed
from innhub.models import Model
from innhub.uploads import send
from innhub.waiting import until_ready

MODEL = {"id": "1", "name": "m", "state": "ready", "created_at": "t", "created_by": "me"}
SHARD = {"model": "m", "shard": 7, "failure": {"reason": "TIMED_OUT", "detail": "Too long.", "advice": "Less."}}
RUN = {
    **MODEL,
    "kind": "predict",
    "state": "failed",
    "dataset": "d",
    "models": ["m"],
    "progress": {"shards_failed": 3900},
    "failures": [SHARD] * 100,
}
"""A run of which more failed than the hub lists."""


class Uploading(ThreadingHTTPServer):
    """Takes an upload, and breaks off where it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.data = bytearray()
        self.offsets: list[int] = []
        self.breaks: list[str] = []
        self.deaf = 0
        """How often it closes the connection when it is asked how far an upload has come."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    server: Uploading

    def log_message(self, *_: object) -> None:
        return

    def answer(self, document: object, status: int = 200) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_lines(self, documents: list[object]) -> None:
        body = "".join(f"{json.dumps(document)}\n" for document in documents).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_run(self, *, of_events: bool) -> None:
        body = f"id: 1\ndata: {json.dumps(RUN)}\n\n" if of_events else json.dumps(RUN)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if of_events else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def refuse(self, status: int, reason: str) -> None:
        self.answer({"reason": reason, "detail": "It is.", "advice": "Do."}, status)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer({"id": "u", "offset": 0}, 201)

    def do_PUT(self) -> None:
        offset = int(parse_qs(urlsplit(self.path).query)["offset"][0])
        self.server.offsets.append(offset)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        trouble = self.server.breaks.pop(0) if self.server.breaks else ""
        if trouble == "half":
            # Half of it arrived, then the connection broke.
            self.server.data += body[: len(body) // 2]
            self.connection.close()
        elif trouble:
            self.refuse(int(trouble), "TROUBLE")
        elif offset != len(self.server.data):
            self.refuse(409, "UPLOAD_OFFSET_MISMATCH")
        else:
            self.server.data += body
            self.answer({"offset": len(self.server.data)})

    def do_GET(self) -> None:
        if self.path == "/v1/me":
            self.answer({"name": "ann", "operator": True, "signed_in": "access_token", "invented_later": 1})
        elif "/models" in self.path:
            cursor = parse_qs(urlsplit(self.path).query).get("cursor", ["0"])[0]
            following = {"0": "1", "1": "2"}.get(cursor)
            self.answer({"items": [{**MODEL, "id": cursor, "invented_later": 1}], "next": following})
        elif "/runs/r" in self.path:
            self.answer_run(of_events=self.path.endswith("/events"))
        elif "/datasets" in self.path:
            self.send_error(404)
        elif "/garbage" in self.path:
            garbage = {"kind": "upload", "workspace": "w", "key": "k/", "objects": 1, "bytes": 2, "modified": "t"}
            problem = {"reason": "STORE_UNAVAILABLE", "detail": "It is.", "advice": "Do.", "status": 503}
            self.answer_lines([garbage, {"problem": problem}])
        else:
            if self.server.deaf:
                self.server.deaf -= 1
                self.connection.close()
            else:
                self.answer({"offset": len(self.server.data)})


@pytest.fixture
def server() -> Iterator[Uploading]:
    with Uploading() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.02,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * 400)
    return path


def test_what_comes_line_by_line_may_end_in_a_problem(server: Uploading) -> None:
    found = Hub(server.url).admin.garbage()
    assert next(found).key == "k/"
    with pytest.raises(HubError) as caught:
        next(found)
    assert (caught.value.reason, caught.value.status) == ("STORE_UNAVAILABLE", 503)


def test_a_hub_says_whom_it_takes_somebody_for(server: Uploading) -> None:
    assert Hub(server.url).me() == Me("ann", operator=True, signed_in="access_token")


def test_the_command_line_says_it_for_people_and_programs(server: Uploading) -> None:
    told = CliRunner().invoke(app, ["whoami"], env={"INNHUB_URL": server.url})
    assert told.stdout == "ann, known by a token of the identity provider, and may look after the whole hub\n"
    told = CliRunner().invoke(app, ["whoami", "--json"], env={"INNHUB_URL": server.url})
    assert json.loads(told.stdout) == {"name": "ann", "operator": True, "signed_in": "access_token"}


@pytest.mark.parametrize("breaks", [[], ["half"], ["503"], ["half", "503", "half"]])
def test_an_upload_goes_on_where_it_broke_off(server: Uploading, file: Path, breaks: list[str]) -> None:
    server.breaks = list(breaks)
    told: list[tuple[int, int]] = []
    connection = Connection(server.url, "token", "default")
    assert send(connection, file, lambda sent, total: told.append((sent, total))) == "u"
    assert bytes(server.data) == file.read_bytes()
    assert len(server.offsets) == len(breaks) + 1
    assert (server.offsets[-1] > 0) is ("half" in breaks)
    assert told[-1] == (file.stat().st_size, file.stat().st_size)
    connection.close()


def test_a_refusal_of_an_upload_is_not_tried_again(server: Uploading, file: Path) -> None:
    server.breaks = ["413"]
    connection = Connection(server.url, "token", "default")
    with pytest.raises(HubError) as caught:
        send(connection, file)
    assert (caught.value.status, caught.value.reason, caught.value.advice) == (413, "TROUBLE", "Do.")
    assert server.offsets == [0]
    connection.close()


def test_a_file_that_is_not_there_is_named(server: Uploading, tmp_path: Path) -> None:
    connection = Connection(server.url, "token", "default")
    with pytest.raises(HubError, match=r"absent\.keras") as caught:
        send(connection, tmp_path / "absent.keras")
    assert caught.value.reason == "FILE_NOT_FOUND"
    connection.close()


def test_the_hub_may_be_away_while_the_client_asks_where_to_go_on(server: Uploading, file: Path) -> None:
    server.breaks, server.deaf = ["half"], 2
    connection = Connection(server.url, "token", "default")
    send(connection, file)
    assert (bytes(server.data), server.deaf) == (file.read_bytes(), 0)
    connection.close()


def test_a_hub_that_stays_away_ends_the_sending(server: Uploading, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("innhub.uploads.PATIENCE_SECONDS", 0.3)
    server.breaks, server.deaf = ["half"], 99
    connection = Connection(server.url, "token", "default")
    with pytest.raises(HubError) as caught:
        send(connection, file)
    assert caught.value.reason == "HUB_UNREACHABLE"
    connection.close()


def test_what_a_newer_hub_adds_is_left_out() -> None:
    model = parsed(Model, {**MODEL, "invented_later": 1})
    assert (model.id, model.name, model.failures) == ("1", "m", ())


def test_whoever_waits_is_told_how_much_failed_and_not_how_much_is_listed(server: Uploading) -> None:
    with Hub(server.url, "token") as hub, pytest.raises(HubError, match=r"3,900 shards failed.*Too long") as caught:
        hub.runs.wait("r")
    assert (caught.value.reason, caught.value.advice) == ("TIMED_OUT", "Less.")


def test_lists_are_read_page_by_page(server: Uploading) -> None:
    with Hub(server.url, "token") as hub:
        assert [model.id for model in hub.models.list()] == ["0", "1", "2"]


def test_an_answer_that_is_none_of_a_hub_is_said_so(server: Uploading) -> None:
    with Hub(server.url, "token") as hub, pytest.raises(HubError) as caught:
        hub.datasets.get("x")
    assert (caught.value.reason, caught.value.status) == ("NO_HUB", 404)
    assert server.url in caught.value.detail


def test_a_hub_that_is_not_there_is_named() -> None:
    with Hub("http://127.0.0.1:9", "token") as hub, pytest.raises(HubError) as caught:
        hub.methods()
    assert (caught.value.reason, caught.value.status) == ("HUB_UNREACHABLE", 0)
    assert "INNHUB_URL" in caught.value.advice


def test_the_environment_says_where_the_hub_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INNHUB_URL", "http://somewhere:1/")
    monkeypatch.setenv("INNHUB_TOKEN", "abc")
    connection = Connection(None, None, "birds")
    assert connection.url == "http://somewhere:1"
    assert connection.path("models") == "/v1/workspaces/birds/models"
    assert connection._http.headers["authorization"] == "Bearer abc"


def test_waiting_ends_with_the_reason_of_a_rejection_or_with_patience() -> None:
    failures = ({"reason": "MODEL_CORRUPT", "detail": "It is broken.", "advice": "Mend it."},)
    with pytest.raises(HubError) as caught:
        until_ready(lambda: parsed(Model, {**MODEL, "state": "rejected", "failures": failures}), 5)
    assert (caught.value.reason, caught.value.advice) == ("MODEL_CORRUPT", "Mend it.")
    with pytest.raises(HubError) as late:
        until_ready(lambda: parsed(Model, {**MODEL, "state": "pending"}), 0.01)
    assert late.value.reason == "TIMED_OUT"
    looks = iter(["pending", "pending", "ready"])
    assert until_ready(lambda: parsed(Model, {**MODEL, "state": next(looks)}), 5).state == "ready"
