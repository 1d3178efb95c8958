"""A real browser. What it says on its console, and whom it talks to, counts as much as what it shows."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    # Chromium itself asks nobody anything, so that a request to another host is one of the pages.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MILLISECONDS = 120_000
"""A network's first explanation is traced first, and there may be little of a machine to do it on."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser. It ends with its file: Playwright keeps its event loop running, and no other can run beside it."""
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Browser, hub_stack: Any) -> Iterator[Page]:
    """A tab on Home, signed in. At the end, nothing may have gone wrong in it."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=hub_stack.url)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("request", lambda request: complaints.append(request.url) if _leaves(request.url) else None)
    context.on(
        "response", lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
    )

    def _leaves(url: str) -> bool:
        return not url.startswith((f"{hub_stack.url.rstrip('/')}/", "data:", "blob:"))

    page = context.new_page()
    page.goto(f"/?token={hub_stack.token}")
    yield page
    context.close()
    assert complaints == []
