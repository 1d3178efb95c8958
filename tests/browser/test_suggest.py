"""Filters, charts and selections on Suggest, and the page Embeddings."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

SUGGEST = "/suggest?dataset=photos&models=lite0,lite2,squeezenet"
EMBEDDINGS = "/embeddings?dataset=photos&model=lite2"


def points(tab: Page) -> Locator:
    return tab.locator(".scatterlayer .points path")


def cards(tab: Page, region: str | re.Pattern[str]) -> Locator:
    return tab.get_by_role("region", name=region).locator(".card")


def tray(tab: Page) -> Locator:
    return tab.get_by_role("region", name="Tray").locator(".thumbnail")


def add_condition(tab: Page, condition: str) -> None:
    field = tab.get_by_role("textbox", name="Further conditions")
    field.fill(condition)
    field.press("Enter")


def choose(tab: Page, control: str, option: str) -> None:
    tab.get_by_role("combobox", name=control).or_(tab.get_by_role("textbox", name=control)).first.click()
    tab.get_by_role("option", name=option).first.click()


def lasso_everything(tab: Page) -> None:
    area = tab.locator(".graph .nsewdrag").first.bounding_box()
    assert area is not None
    left, top = area["x"] + 3, area["y"] + 3
    right, bottom = area["x"] + area["width"] - 3, area["y"] + area["height"] - 3
    tab.mouse.move(left, top)
    tab.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top)):
        tab.mouse.move(x, y, steps=4)
    tab.mouse.up()


def fullest_cell(tab: Page) -> dict[str, Any]:
    """Where the fullest cell of the confusion is on the page, and what it counts."""
    handle = tab.wait_for_function(
        """() => {
            const chart = document.querySelector(".square .js-plotly-plot, .square.js-plotly-plot");
            if (!chart || !chart._fullLayout || !chart._fullLayout.xaxis) return null;
            const cells = chart.data[0].customdata.flatMap((line, y) => line.map((cell, x) => ({ ...cell, x, y })));
            const fullest = cells.reduce((best, cell) => (cell.samples > best.samples ? cell : best));
            const { xaxis, yaxis } = chart._fullLayout, origin = chart.getBoundingClientRect();
            return {
                ...fullest,
                left: origin.left + xaxis._offset + xaxis.d2p(fullest.x),
                top: origin.top + yaxis._offset + yaxis.d2p(fullest.y),
            };
        }"""
    )
    found: dict[str, Any] = handle.json_value()
    return found


def test_everything_obeys_a_condition_and_a_wrong_one_is_refused_beside_its_field(tab: Page) -> None:
    tab.goto(f"{SUGGEST}&show=agree-sure")
    expect(points(tab)).to_have_count(35)
    everything = cards(tab, "Agree, sure")
    expect(everything.first).to_be_visible()
    before = everything.count()

    add_condition(tab, "entropy@lite0>=1")
    expect(tab.get_by_text("of 35 samples meet the filters.")).to_be_visible()
    met = int((tab.get_by_text("of 35 samples meet the filters.").text_content() or "").split()[0])
    assert 0 < met < 35
    expect(points(tab)).to_have_count(met)
    expect(everything).not_to_have_count(before)
    expect(tab).to_have_url(re.compile("where=entropy%40lite0%3E%3D1"))
    table = tab.request.get(tab.get_by_role("link", name="CSV").get_attribute("href") or "").text()
    assert len(table.strip().splitlines()) == met + 1

    add_condition(tab, "blue")
    expect(tab.get_by_text("'blue' is no condition. Write for instance")).to_be_visible()
    expect(tab.get_by_role("alert")).to_contain_text("the filters cannot be applied")
    tab.get_by_role("textbox", name="Further conditions").press("Backspace")
    expect(points(tab)).to_have_count(met)

    other = tab.context.new_page()
    other.goto(tab.url)
    expect(points(other)).to_have_count(met)


def test_a_selection_is_saved_and_filters(tab: Page) -> None:
    tab.goto(f"{SUGGEST}&tray=3,5,8")
    expect(tray(tab)).to_have_count(3)
    tab.get_by_role("button", name="Save as a selection").click()
    tab.get_by_role("textbox", name="Name").fill("three")
    tab.get_by_role("button", name="Save", exact=True).click()
    expect(tab.get_by_text("three holds 3 samples.")).to_be_visible()
    tab.keyboard.press("Escape")
    choose(tab, "Saved selection", "three")
    expect(points(tab)).to_have_count(3)
    tab.request.delete("/v1/workspaces/default/selections/three")


def test_a_bar_of_any_quantity_lists_its_samples(tab: Page) -> None:
    tab.goto("/suggest?dataset=photos&models=lite0")
    expect(tab.locator(".barlayer .point path").first).to_be_attached()
    choose(tab, "Quantity", "Entropy of the answer")
    expect(tab.locator(".xtitle")).to_contain_text("Entropy of the answer")
    tab.locator(".barlayer .trace").first.locator(".point path").first.click(force=True)
    expect(cards(tab, re.compile("^Entropy of the answer from 0 to")).first).to_be_visible()
    tab.get_by_text("Calibration", exact=True).click()
    expect(tab.get_by_text("Expected calibration error")).to_be_visible()
    expect(tab).to_have_url(re.compile("chart=calibration&quantity=entropy"))


def test_a_cell_of_the_confusion_lists_its_samples(tab: Page) -> None:
    tab.goto(f"{SUGGEST}&chart=confusion&rows=label&columns=predicted@squeezenet")
    confused = tab.get_by_role("region", name="Most confused").get_by_role("button")
    expect(confused.first).to_be_visible()
    cell = fullest_cell(tab)
    tab.mouse.click(cell["left"], cell["top"])
    expect(cards(tab, f"Label: {cell['row']}, squeezenet: {cell['column']}")).to_have_count(cell["samples"])
    confused.first.focus()
    tab.keyboard.press("Enter")
    row, column = (confused.first.locator(".name").text_content() or "").split(" → ")
    listed = cards(tab, f"Label: {row}, squeezenet: {column}")
    expect(listed).to_have_count(1)
    expect(listed).to_contain_text(f"✗ squeezenet: {column}")


def test_a_click_and_a_lasso_on_the_embedding_fill_the_tray(tab: Page) -> None:
    tab.goto(EMBEDDINGS)
    expect(points(tab)).to_have_count(35)
    points(tab).nth(4).click(force=True)
    expect(tray(tab)).to_have_count(1)
    near = tab.get_by_role("region", name="What lies near what")
    expect(near.get_by_role("heading", name=re.compile("Nearest to sample"))).to_be_visible()
    expect(near.locator(".card")).to_have_count(16)
    expect(tab).to_have_url(re.compile(r"sample=\d+"))
    # The ring around the chosen sample is a point as well.
    expect(points(tab)).to_have_count(36)
    lasso_everything(tab)
    expect(tray(tab)).to_have_count(35)
    tab.get_by_text("Outliers", exact=True).click()
    expect(near.locator(".card.picked")).to_have_count(16)
    tab.get_by_text("UMAP", exact=True).click()
    expect(tab.get_by_role("button", name="Make it now")).to_be_visible()
