"""A click on a page is where a trace begins."""

from collections.abc import Callable

from collector import Click, Trace
from playwright.sync_api import Page, expect


def test_a_click_is_followed_to_the_kernel(tab: Page, traced: Callable[..., Trace]) -> None:
    tab.goto("/compare?dataset=photos&models=squeezenet&tray=6,7&sample=6&method=gradient&target=class:goldfish")
    expect(tab.locator("img.heatmap")).to_be_visible()

    click = Click()
    tab.set_extra_http_headers({"traceparent": click.traceparent})
    tab.get_by_role("button", name="Next sample").click()

    trace = traced(click, "kernel gradient")
    assert [(service, name) for service, _, name in trace.way(trace.one("kernel gradient"))] == [
        ("innhub-gateway", "POST /{path:path}"),
        ("innhub-gateway", "POST /v1/workspaces/{workspace}/explanations"),
        ("innhub-gateway", "ExplainerService/Explain"),
        ("innhub-explainer", "ExplainerService/Explain"),
        ("innhub-explainer", "batch"),
        ("innhub-explainer", "child explain native"),
        ("innhub-explainer", "explain"),
        ("innhub-explainer", "kernel gradient"),
    ]
