"""The badge of a map: checked by a click, and explained by another."""

import re

from playwright.sync_api import Page, expect

VERDICT = re.compile("^(Good|Doubtful|Poor)$")


def test_a_map_is_checked_and_its_badge_says_why(tab: Page) -> None:
    tab.goto("/compare?dataset=photos&models=squeezenet,lite0&tray=5,8&method=gradient")
    box = tab.get_by_role("article", name="squeezenet", exact=True)
    check = box.get_by_role("button", name="Check", exact=True)
    expect(check).to_be_enabled()
    check.click()
    badge = box.get_by_role("button", name=VERDICT)
    expect(badge).to_be_visible()
    # The other box waits to be asked.
    other = tab.get_by_role("article", name="lite0", exact=True)
    expect(other.get_by_role("button", name="Check", exact=True)).to_be_visible()

    badge.click()
    panel = tab.get_by_role("dialog", name=re.compile("squeezenet"))
    for title in ("Do the marked pixels matter?", "Does it depend on what the network learnt?"):
        section = panel.get_by_role("region", name=title)
        expect(section.locator(".scatterlayer .trace").first).to_be_visible()
    expect(panel.get_by_role("region", name="Does it stay as it is under noise?")).to_contain_text("5 copies")
    expect(panel).to_contain_text("10 explanations and 168 forward passes")
    tab.keyboard.press("Escape")
    expect(panel).to_be_hidden()

    # Another map has not been checked.
    tab.get_by_role("button", name="Next sample").click()
    expect(box.get_by_role("button", name="Check", exact=True)).to_be_enabled()
