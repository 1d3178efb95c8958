"""People sign in on the pages of the real gateway, by way of a real provider, and out again."""

import time
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from unit.gateway.sign_in.conftest import AUDIENCE, PUBLIC_URL, TOKEN, Gateway, oidc
from unit.gateway.sign_in.provider import CLIENT_SECRET, StandIn

from gateway.cookies import Cookie
from gateway.sign_in.sealed import Seal
from gateway.sign_in.service import CALLBACK, inside

SESSION = Cookie(secure=True).name
PAGE = {"accept": "text/html"}
OWN = {"origin": PUBLIC_URL}


def to_provider(browser: TestClient, path: str = "/") -> str:
    """Where a browser is sent that opens a page without being signed in."""
    sent = browser.get(path, headers=PAGE)
    assert sent.status_code == 303
    began = browser.get(sent.headers["location"])
    assert began.status_code == 303, began.text
    return str(began.headers["location"])


def at_provider(address: str) -> str:
    """Where the provider sends somebody on to who has signed in there: a path of the hub."""
    back = httpx.get(address).headers["location"]
    assert back.startswith(f"{PUBLIC_URL}{CALLBACK}?")
    return str(back.removeprefix(PUBLIC_URL))


def sign_in(browser: TestClient, path: str = "/") -> httpx.Response:
    answer: httpx.Response = browser.get(at_provider(to_provider(browser, path)))
    return answer


def session(answer: httpx.Response) -> str:
    return SimpleCookie(answer.headers["set-cookie"])[SESSION].value


def test_a_person_comes_back_to_the_page_they_opened(browser: TestClient, known: StandIn) -> None:
    known.person |= {"groups": ["operations"]}
    back = sign_in(browser, "/compare?model=a+b&sample=3")
    assert (back.status_code, back.headers["location"]) == (303, f"{PUBLIC_URL}/compare?model=a+b&sample=3")
    assert browser.get("/v1/me").json() == {"name": "ann", "operator": True, "signed_in": "session"}
    # The pages ask the gateway as this person: with what the cookie holds.
    assert f"{SESSION}={session(back)}" in browser.get("/compare", headers=PAGE).text
    browser.cookies.clear()
    as_pages = browser.get("/v1/me", headers={"Authorization": f"Bearer {session(back)}"})
    assert as_pages.json()["name"] == "ann"


def test_browsers_are_told_what_they_may_not_do(browser: TestClient) -> None:
    sign_in(browser)
    for address in ("/", "/v1/me", "/v1/nothing"):
        answer = browser.get(address)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert answer.headers["referrer-policy"] == "same-origin"


def test_the_cookie_is_out_of_reach_and_tells_nothing(browser: TestClient) -> None:
    cookie = SimpleCookie(sign_in(browser).headers["set-cookie"])[SESSION]
    assert SESSION.startswith("__Host-")
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["path"]) == (True, True, "lax", "/")
    assert cookie["domain"] == ""
    assert len(cookie.value) < 1000
    assert "ann" not in cookie.value


def test_what_was_asked_of_the_provider(gateway: Gateway) -> None:
    with gateway(scopes="openid groups") as browser:
        first, second = (dict(parse_qsl(urlsplit(to_provider(browser)).query)) for _ in range(2))
    assert first["scope"] == "openid groups"
    assert first["redirect_uri"] == PUBLIC_URL + CALLBACK
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_every_replica_takes_up_what_another_began(gateway: Gateway) -> None:
    with gateway() as one, gateway() as other:
        back = at_provider(to_provider(one))
        other.cookies.update(one.cookies)
        assert other.get(back).status_code == 303
        one.cookies.update(other.cookies)
        assert one.get("/v1/me").json()["name"] == "ann"


def test_several_pages_may_be_on_their_way_at_a_time(browser: TestClient) -> None:
    first, second = at_provider(to_provider(browser, "/runs")), at_provider(to_provider(browser, "/setup"))
    assert browser.get(second).headers["location"] == f"{PUBLIC_URL}/setup"
    assert browser.get(first).headers["location"] == f"{PUBLIC_URL}/runs"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.org",
        "//elsewhere.org",
        "///elsewhere.org",
        "/\\elsewhere.org",
        "/\t/elsewhere.org",
        "\t//elsewhere.org",
        "javascript:alert(1)",
        "@elsewhere.org",
        ".elsewhere.org",
        ":80@elsewhere.org",
        "",
        "/\r\nset-cookie: a=b",
    ],
)
def test_nobody_is_led_elsewhere(elsewhere: str) -> None:
    assert inside(elsewhere) == "/"


@pytest.mark.parametrize("way", ["/sign-in?next=https://elsewhere.org", "/sign-in?next=//elsewhere.org"])
def test_nobody_comes_back_to_another_host(browser: TestClient, way: str) -> None:
    address = browser.get(way).headers["location"]
    assert browser.get(at_provider(address)).headers["location"] == f"{PUBLIC_URL}/"


def test_a_page_that_is_called_like_a_host_is_none(browser: TestClient) -> None:
    assert sign_in(browser, f"{PUBLIC_URL}//elsewhere.org/x").headers["location"] == f"{PUBLIC_URL}/"


def refused(answer: httpx.Response, status: int = 401) -> str:
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert SESSION not in answer.headers.get("set-cookie", "")
    return answer.text


def test_a_way_that_another_browser_began_leads_nowhere(browser: TestClient) -> None:
    back = at_provider(to_provider(browser))
    browser.cookies.clear()
    assert "did not begin in this browser" in refused(browser.get(back))
    to_provider(browser)
    assert "did not begin in this browser" in refused(browser.get(back))


def test_a_cookie_that_is_none_of_ours_is_refused(browser: TestClient) -> None:
    back = at_provider(to_provider(browser))
    browser.cookies.clear()
    refused(browser.get(back, headers={"cookie": f"{Cookie(secure=True).named('sign-in').name}=é".encode("latin-1")}))


@pytest.mark.parametrize("state", ["", "x", "a.b.c.d.e", "session"])
def test_a_wrong_state_is_refused(browser: TestClient, state: str) -> None:
    # A session is sealed as well, but is no state.
    sealed = session(sign_in(browser))
    refused(browser.get(CALLBACK, params={"code": "x", "state": sealed if state == "session" else state}))


def test_a_state_is_no_session(browser: TestClient) -> None:
    state = dict(parse_qsl(urlsplit(to_provider(browser)).query))["state"]
    assert browser.get("/v1/me", headers={"Authorization": f"Bearer {state}"}).status_code == 401


def test_a_code_is_good_for_one_time(browser: TestClient) -> None:
    back = at_provider(to_provider(browser))
    assert browser.get(back).status_code == 303
    assert "invalid_grant" in refused(browser.get(back))


def test_a_code_that_was_made_for_somebody_else_is_refused(browser: TestClient) -> None:
    mine = dict(parse_qsl(urlsplit(at_provider(to_provider(browser))).query))
    theirs = dict(parse_qsl(urlsplit(at_provider(to_provider(browser))).query))
    # PKCE: the code belongs to another verifier.
    refused(browser.get(CALLBACK, params={"state": mine["state"], "code": theirs["code"]}))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"aud": "another"}, "aud"),
        ({"iss": "https://elsewhere.org"}, "iss"),
        ({"exp": 1}, "expired"),
        ({"azp": "another"}, "another client"),
    ],
)
def test_an_id_token_that_is_not_for_this_sign_in_is_refused(
    browser: TestClient, known: StandIn, monkeypatch: pytest.MonkeyPatch, changed: dict[str, object], why: str
) -> None:
    right = known.token
    monkeypatch.setattr(known, "token", lambda **given: right(**{**given, **changed}))
    assert why in refused(sign_in(browser))


def test_another_way_to_say_the_secret_is_understood(gateway: Gateway, provider: StandIn) -> None:
    provider.described = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    with gateway() as browser:
        assert sign_in(browser).status_code == 303


def test_a_wrong_secret_of_the_client_is_named(gateway: Gateway) -> None:
    with gateway(client_secret=CLIENT_SECRET + "x") as browser:
        assert "invalid_client" in refused(sign_in(browser))


def test_a_foreign_group_is_told_who_they_are_and_may_sign_in_as_another(browser: TestClient, known: StandIn) -> None:
    known.person |= {"groups": ["others"], "preferred_username": "<b>eve</b>"}
    page = refused(sign_in(browser), 403)
    assert "&lt;b&gt;eve&lt;/b&gt; is in none of the groups" in page
    assert "<b>" not in page


def test_settings_that_change_hold_for_sessions_at_once(gateway: Gateway) -> None:
    with gateway(allowed_groups="research,design") as before, gateway(allowed_groups="design") as after:
        sign_in(before)
        after.cookies.update(before.cookies)
        assert after.get("/v1/me").json()["reason"] == "PERMISSION_DENIED"
        refused(after.get("/", headers=PAGE), 403)


def test_what_the_provider_says_of_an_error_is_not_shown(browser: TestClient) -> None:
    page = refused(browser.get(CALLBACK, params={"error": "access_denied", "error_description": "<i>call me</i>"}))
    assert "call me" not in page


def test_a_provider_that_is_away_is_said_on_a_page(gateway: Gateway, provider: StandIn) -> None:
    provider.answering = False
    with gateway() as browser:
        page = refused(browser.get("/sign-in"), 503)
        assert provider.issuer in page
        assert "Try again" in page


def test_a_provider_that_goes_away_in_between_is_said_too(gateway: Gateway, provider: StandIn) -> None:
    with gateway() as browser:
        back = at_provider(to_provider(browser))
        provider.answering = False
        assert provider.issuer in refused(browser.get(back), 503)


def test_a_session_goes_on_while_the_provider_is_away(browser: TestClient, known: StandIn) -> None:
    sign_in(browser)
    known.answering = False
    assert browser.get("/v1/me").status_code == 200
    out = browser.post("/sign-out", headers=OWN)
    assert out.status_code == 303


def test_a_session_that_is_over_leads_to_the_provider_again(browser: TestClient, known: StandIn) -> None:
    over = Seal(oidc(known.issuer), "session").seal({"name": "ann", "groups": ["research"]}, time.time() - 1)
    browser.cookies.set(SESSION, over)
    assert browser.get("/v1/me").json()["reason"] == "UNAUTHENTICATED"
    assert browser.get("/runs", headers=PAGE).headers["location"] == "/sign-in?next=%2Fruns"
    # What a page does by itself is told, and not led away: the page opens itself again.
    assert browser.post("/_dash-update-component", headers=OWN).status_code == 401
    assert browser.get("/assets/style.css").status_code == 401


def test_a_session_of_another_hub_is_not_ours(gateway: Gateway) -> None:
    with gateway() as ours, gateway(client_secret="another secret of many letters") as theirs:
        sign_in(ours)
        theirs.cookies.update(ours.cookies)
        assert theirs.get("/v1/me").status_code == 401


def test_signing_out_forgets_here_and_at_the_provider(browser: TestClient, known: StandIn) -> None:
    sign_in(browser)
    out = browser.post("/sign-out", headers=OWN)
    there = urlsplit(out.headers["location"])
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{known.issuer}/end"
    assert dict(parse_qsl(there.query))["post_logout_redirect_uri"] == f"{PUBLIC_URL}/signed-out"
    assert browser.get("/v1/me").status_code == 401
    assert "signed out" in browser.get("/signed-out").text


def test_a_provider_that_signs_nobody_out_is_not_asked_to(gateway: Gateway, provider: StandIn) -> None:
    provider.described = {"end_session_endpoint": ""}
    with gateway() as browser:
        sign_in(browser)
        assert browser.post("/sign-out", headers=OWN).headers["location"] == "/signed-out"


@pytest.mark.parametrize(
    "origin", ["https://elsewhere.org", "http://hub.example.org", f"{PUBLIC_URL}.org", "null", None]
)
def test_other_pages_change_nothing_in_somebodys_name(browser: TestClient, origin: str | None) -> None:
    headers = {"origin": origin} if origin else {}
    sign_in(browser)
    for address in ("/v1/workspaces", "/_dash-update-component", "/sign-out"):
        answer = browser.post(address, json={"name": "theirs"}, headers=headers)
        assert (answer.status_code, answer.json()["reason"]) == (403, "PERMISSION_DENIED")
    assert browser.delete("/v1/workspaces/default", headers=headers).status_code == 403
    assert browser.get("/v1/me").status_code == 200


def test_our_pages_and_programs_do(browser: TestClient, known: StandIn) -> None:
    sign_in(browser)
    unsuitable = browser.post("/v1/workspaces", json={"name": "a.b"}, headers=OWN)
    assert unsuitable.json()["reason"] == "ARGUMENT_INVALID"
    assert browser.post("/_dash-update-component", headers=OWN).status_code == 200
    browser.cookies.clear()
    program = {"Authorization": f"Bearer {known.token(aud=AUDIENCE)}"}
    unsuitable = browser.post("/v1/workspaces", json={"name": "a.b"}, headers=program)
    assert unsuitable.json()["reason"] == "ARGUMENT_INVALID"


def test_the_token_of_the_machine_opens_the_pages_as_well(browser: TestClient) -> None:
    entered = browser.get("/runs", params={"token": TOKEN})
    assert (entered.status_code, entered.headers["location"]) == (303, "/runs")
    assert "secure" in entered.headers["set-cookie"].lower()
    assert browser.get("/v1/me").json()["signed_in"] == "token"
