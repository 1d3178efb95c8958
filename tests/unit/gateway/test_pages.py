"""The door in front of the pages, and what errors look like behind it."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from domain.errors import HubError, Reason
from gateway import problems
from gateway.cookies import Cookie
from gateway.pages import proxy
from gateway.principals import Authenticator

TOKEN = "a token of many letters"
COOKIE = Cookie().name


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    app.state.hub = SimpleNamespace(authenticator=Authenticator(SecretStr(TOKEN)))
    problems.install(app)

    @app.get("/v1/fail/{what}")
    async def fail(what: str, number: int = 0) -> None:
        raise HubError(Reason[what], "It is.", f"Try {number}.")

    app.include_router(proxy.router("http://127.0.0.1:9"))
    return app


@pytest.fixture
def browser(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://hub", follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


def test_without_a_cookie_there_is_a_page_that_says_how_to_sign_in(browser: TestClient) -> None:
    page = browser.get("/compare")
    assert page.status_code == 401
    assert page.headers["content-type"].startswith("text/html")
    assert "?token=" in page.text


@pytest.mark.parametrize("token", ["wrong", "", "ünïcode", TOKEN + "x"])
def test_a_wrong_token_opens_nothing(browser: TestClient, token: str) -> None:
    answer = browser.get("/", params={"token": token})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_the_token_becomes_a_cookie_and_vanishes_from_the_address(browser: TestClient) -> None:
    answer = browser.get("/compare", params={"sample": "3", "token": TOKEN, "model": ["a b", "c&d"]})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/compare?sample=3&model=a+b&model=c%26d"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()


@pytest.mark.parametrize("path", ["//elsewhere.org", "///elsewhere.org/x", "//elsewhere.org//y"])
def test_the_way_on_never_leads_to_another_host(browser: TestClient, path: str) -> None:
    answer = browser.get(f"http://hub{path}", params={"token": TOKEN})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/")
    assert not answer.headers["location"].startswith("//")
    assert not answer.headers["location"].startswith("/\\")


def test_pages_that_do_not_answer_are_a_problem_document(browser: TestClient) -> None:
    browser.cookies.set(COOKIE, TOKEN)
    answer = browser.get("/")
    assert (answer.status_code, answer.json()["reason"]) == (503, "SERVICE_UNAVAILABLE")


def test_the_interface_is_never_passed_on_to_the_pages(browser: TestClient) -> None:
    browser.cookies.set(COOKIE, TOKEN)
    answer = browser.get("/v1/nothing")
    assert (answer.status_code, answer.json()["reason"]) == (404, "ROUTE_NOT_FOUND")


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (Reason.PARAMETER_INVALID, 422),
        (Reason.UNAUTHENTICATED, 401),
        (Reason.PERMISSION_DENIED, 403),
        (Reason.MODEL_NOT_FOUND, 404),
        (Reason.NAME_TAKEN, 409),
        (Reason.NOT_READY, 409),
        (Reason.TOO_LARGE, 413),
        (Reason.TIMED_OUT, 503),
        (Reason.INTERNAL, 500),
    ],
)
def test_an_error_is_a_problem_document(browser: TestClient, reason: Reason, status: int) -> None:
    answer = browser.get(f"/v1/fail/{reason}?number=7")
    body: dict[str, Any] = answer.json()
    assert answer.status_code == body["status"] == status
    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    assert (body["reason"], body["detail"], body["advice"]) == (reason, "It is.", "Try 7.")


def test_a_value_of_the_wrong_kind_is_named(browser: TestClient) -> None:
    answer = browser.get("/v1/fail/INTERNAL", params={"number": "many"})
    assert (answer.status_code, answer.json()["reason"]) == (422, "ARGUMENT_INVALID")
    assert "number" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("header", "cookie"),
    [(f"Bearer {TOKEN}", None), (f"bearer  {TOKEN}", None), (None, TOKEN), ("Basic abc", TOKEN)],
)
async def test_a_principal_is_known_by_header_or_cookie(header: str | None, cookie: str | None) -> None:
    principal = await Authenticator(SecretStr(TOKEN)).principal(header, cookie)
    assert (principal.name, principal.may_operate()) == ("local", True)


@pytest.mark.parametrize(
    ("header", "cookie"),
    [(None, None), ("", ""), ("Bearer ", TOKEN), ("Bearer no", TOKEN), (None, "no"), (TOKEN, None)],
)
async def test_nobody_else_is_known(header: str | None, cookie: str | None) -> None:
    with pytest.raises(HubError) as caught:
        await Authenticator(SecretStr(TOKEN)).principal(header, cookie)
    assert caught.value.reason is Reason.UNAUTHENTICATED
    assert TOKEN not in str(caught.value)
