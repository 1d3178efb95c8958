"""People sign in and out in a real browser: the real pages and gateway, and a small identity provider."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import httpx
import pytest
from conftest import Place, public_port
from playwright.sync_api import Browser, Page, expect
from unit.gateway.sign_in.provider import CLIENT_ID, CLIENT_SECRET, StandIn

NOBODY = "127.0.0.1:9"


def answers(address: str) -> bool:
    try:
        return httpx.get(address).is_success
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def url(stores: dict[str, str], eventually: Callable[..., None]) -> Iterator[str]:
    """Where a gateway is with the pages behind it; nobody explains anything there."""
    port = public_port(Place.STAND_INS)
    url, ui_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}"
    with StandIn() as provider:
        environment = {
            **os.environ,
            **stores,
            "INNHUB_HTTP_ADDRESS": f"127.0.0.1:{port}",
            "INNHUB_UI_ADDRESS": f"127.0.0.1:{port + 1}",
            **{f"INNHUB_{name}_ADDRESSES": NOBODY for name in ("INFERENCE", "EXPLAINER", "SUGGEST")},
            "INNHUB_GRACE_SECONDS": "1",
            "INNHUB_URL": url,
            "INNHUB_UI_URL": ui_url,
            "INNHUB_PUBLIC_URL": url,
            "INNHUB_OIDC_ISSUER": provider.issuer,
            "INNHUB_OIDC_CLIENT_ID": CLIENT_ID,
            "INNHUB_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        }
        running = [subprocess.Popen([sys.executable, "-m", name], env=environment) for name in ("gateway", "ui")]
        try:
            eventually(lambda: answers(f"{url}/healthz") and answers(f"{ui_url}/healthz"))
            yield url
        finally:
            for process in running:
                process.send_signal(signal.SIGTERM)
            for process in running:
                process.wait(20)


@pytest.fixture
def page(chromium: Browser, url: str) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=url)
    yield context.new_page()
    context.close()


def test_the_pages_lead_to_the_provider_and_know_who_came_back(page: Page) -> None:
    page.goto("/runs?dataset=photos")
    expect(page).to_have_url(re.compile(r"/runs\?dataset=photos"))
    expect(page.locator(".person")).to_contain_text("ann")
    # The page itself was made for this person.
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()


def test_a_page_whose_session_is_over_opens_itself_again(page: Page) -> None:
    page.goto("/runs")
    expect(page.locator(".person")).to_contain_text("ann")
    page.context.clear_cookies()
    page.get_by_role("link", name="Setup", exact=True).click()
    # Nobody is told what is on it without a session.
    expect(page.get_by_role("heading", name="Data set")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/setup"))
    assert "innhub_token" in {cookie["name"] for cookie in page.context.cookies()}


def test_whoever_signs_out_is_out_until_they_sign_in_again(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert "innhub_token" not in {cookie["name"] for cookie in page.context.cookies()}
    page.get_by_role("link", name="Sign in").click()
    expect(page.locator(".person")).to_contain_text("ann")
