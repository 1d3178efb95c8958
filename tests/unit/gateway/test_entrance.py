"""Where HTTP enters the gateway: every request is counted by the template of its route, and has an id."""

from collections.abc import Iterator

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from prometheus_client import REGISTRY
from starlette.types import Message, Receive, Scope, Send

from domain.errors import HubError, Reason
from domain.identifiers import new_id
from gateway import problems
from gateway.entrance import Entrance


@pytest.fixture
def prefix() -> str:
    return f"/{new_id()}"


@pytest.fixture
def browser(prefix: str) -> Iterator[TestClient]:
    router = APIRouter(prefix=prefix)

    @router.get("/models/{model}")
    async def model(model: str) -> str:
        if model == "broken":
            raise RuntimeError("the inside")
        if model == "unknown":
            raise HubError(Reason.MODEL_NOT_FOUND, "There is no model.")
        return model

    app = FastAPI()
    app.add_middleware(Entrance)
    problems.install(app)
    app.include_router(router)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def counted(route: str, status: int, method: str = "GET") -> float:
    labels = {"method": method, "route": route, "status": str(status)}
    return REGISTRY.get_sample_value("innhub_http_request_seconds_count", labels) or 0.0


def test_requests_are_counted_by_the_template_of_their_route(browser: TestClient, prefix: str) -> None:
    for model in ("one", "two", "unknown", "broken"):
        browser.get(f"{prefix}/models/{model}")
    route = f"{prefix}/models/{{model}}"
    assert [counted(route, status) for status in (200, 404, 500)] == [2, 1, 1]


def test_what_nobody_asked_for_makes_no_new_series(browser: TestClient, prefix: str) -> None:
    before = counted("", 404), counted("", 404, "OTHER")
    browser.get(f"{prefix}/{new_id()}")
    browser.request("BREW", f"{prefix}/{new_id()}")
    assert (counted("", 404), counted("", 404, "OTHER")) == (before[0] + 1, before[1] + 1)


def test_a_fault_of_ours_is_answered_like_everything_else(browser: TestClient, prefix: str) -> None:
    answer = browser.get(f"{prefix}/models/broken", headers={"x-request-id": "mine"})
    assert (answer.status_code, answer.json()["reason"]) == (500, "INTERNAL")
    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "mine"
    assert "the inside" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("identifier", ["", "a b", "x" * 129, "é", "a\nb"])
def test_an_id_that_is_none_is_replaced(browser: TestClient, prefix: str, identifier: str) -> None:
    sent = {"x-request-id": identifier.encode()}
    answered = browser.get(f"{prefix}/models/one", headers=sent).headers["x-request-id"]
    assert answered.isalnum()
    assert answered != identifier


async def test_who_hangs_up_is_no_failure() -> None:
    async def application(_: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["type"] == "http.disconnect"
        await send({"type": "http.response.start", "status": 503, "headers": []})

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_: Message) -> None:
        """To nobody."""

    before = counted("", 499), counted("", 503)
    await Entrance(application)({"type": "http", "method": "GET", "path": "/", "headers": []}, receive, send)
    assert (counted("", 499), counted("", 503)) == (before[0] + 1, before[1])


def test_the_id_of_a_request_is_answered(browser: TestClient, prefix: str) -> None:
    address = f"{prefix}/models/one"
    assert browser.get(address, headers={"x-request-id": "mine"}).headers["x-request-id"] == "mine"
    first, second = (browser.get(address).headers["x-request-id"] for _ in range(2))
    assert first
    assert first != second
