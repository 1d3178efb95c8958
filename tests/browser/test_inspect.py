"""Looking into networks, and bringing in models and pictures of one's own."""

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

INSPECT = "/inspect?dataset=photos&model=squeezenet&sample=3"
GRADIENT_MAP = re.compile("^gradient for squeezenet on sample")


def node(tab: Page, identifier: str) -> Any:
    """Where a node of the drawing is on the page, once it is laid out, in view and at rest."""
    handle = tab.wait_for_function(
        """(identifier) => {
            const drawing = window.cy;
            if (!drawing || drawing.destroyed() || !document.body.contains(drawing.container())) return null;
            const found = drawing.getElementById(identifier);
            const deepest = Math.max(...drawing.nodes().map((other) => other.position("y")));
            if (found.empty() || !(deepest > 0)) return null;
            const box = document.querySelector(".drawing").getBoundingClientRect();
            const origin = drawing.container().getBoundingClientRect();
            const place = found.renderedBoundingBox({ includeLabels: false, includeOverlays: false });
            const x = origin.left + (place.x1 + place.x2) / 2, y = origin.top + place.y1 + 4;
            const [before, place_now] = [window.lastPlace, JSON.stringify([identifier, x, y])];
            window.lastPlace = place_now;
            return y > box.top && y < box.bottom && before === place_now ? { x, y } : null;
        }""",
        arg=identifier,
        polling=150,
    )
    return handle.json_value()


def click(tab: Page, identifier: str) -> None:
    place = node(tab, identifier)
    tab.mouse.click(place["x"], place["y"])


def choose(tab: Page, control: str, option: str) -> None:
    field = tab.get_by_role("combobox", name=control).or_(tab.get_by_role("textbox", name=control)).first
    field.click()
    tab.get_by_role("option", name=option).first.click()


def give(tab: Page, field: str, file: Path) -> None:
    with tab.expect_file_chooser() as chooser:
        tab.get_by_role("button", name=f"Choose a file: {field}").click()
    chooser.value.set_files(file)
    expect(tab.get_by_role("status").filter(has_text=f"✓ {file.name}")).to_be_visible()


def units(tab: Page) -> Locator:
    return tab.get_by_role("list", name="Strongest units").get_by_role("button")


def expect_loaded(picture: Locator) -> None:
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    expect(picture).not_to_have_js_property("naturalWidth", 0)


def test_from_home_to_a_layer_and_what_it_answers(tab: Page) -> None:
    tab.get_by_role("link", name="squeezenet", exact=True).click()
    expect(tab.get_by_role("region", name="Report on squeezenet")).to_contain_text("227 × 227 pixels, BGR")
    click(tab, "block:fire2")
    click(tab, "layer:fire2_squeeze1x1")
    layer = tab.get_by_role("region", name="Layer", exact=True)
    expect(layer.get_by_role("heading")).to_have_text("fire2_squeeze1x1")
    expect(layer).to_contain_text("Filters16", ignore_case=True)
    expect(layer.get_by_role("row").filter(has_text="kernel")).to_contain_text("1 × 1 × 64 × 16")
    expect(layer.get_by_role("img", name="Histogram of kernel")).to_be_visible()
    expect_loaded(tab.get_by_role("img", name="Maps of the 16 strongest units"))
    expect(units(tab)).to_have_count(16)
    strengths = [float(text) for text in units(tab).locator(".score").all_inner_texts()]
    assert strengths == sorted(strengths, reverse=True)
    expect(tab).to_have_url(re.compile("model=squeezenet&inspected=fire2_squeeze1x1&unfolded=fire2$"))


def test_a_click_in_the_drawing_counts_while_the_layer_is_still_being_described(tab: Page) -> None:
    held: dict[str, Route] = {}

    def is_click(request: Request) -> bool:
        return "tapNodeData" in (asked := request.post_data or "") and '"block":"fire2"' in asked

    def hold(route: Route) -> None:
        if '"output":"about-layer.children"' in (route.request.post_data or ""):
            held["description"] = route
        elif is_click(route.request):
            held["click"] = route
        else:
            route.continue_()

    tab.route(re.compile("_dash-update-component"), hold)
    tab.goto(INSPECT)
    with tab.expect_request(is_click):
        click(tab, "block:fire2")
    held["description"].continue_()
    expect(tab.get_by_role("heading", name="conv1")).to_be_visible()
    held["click"].continue_()
    node(tab, "layer:fire2_squeeze1x1")


def test_what_excites_a_unit_is_found_and_the_unit_explained(tab: Page) -> None:
    tab.goto(f"{INSPECT}&inspected=fire3_concat")
    units(tab).first.click()
    tab.get_by_role("button", name="Find the samples").click()
    excited = tab.get_by_role("region", name="Samples that excite the unit")
    expect(excited.locator(".card")).to_have_count(24)
    expect(excited).to_contain_text("Of all 35 samples")
    strengths = [float(text) for text in excited.locator(".card .answer").all_inner_texts()]
    assert strengths == sorted(strengths, reverse=True)
    excited.locator(".card").nth(1).click()
    sample = re.sub(r"\D", "", excited.locator(".card").nth(1).get_attribute("aria-label") or "")
    expect(tab).to_have_url(re.compile(f"sample={sample}&"))
    excited.get_by_role("link", name="Explain this unit").click()
    heatmap = tab.get_by_role("article", name="squeezenet").get_by_alt_text(GRADIENT_MAP)
    expect_loaded(heatmap)
    expect(heatmap).to_have_attribute("alt", re.compile(f"on sample {sample}: fire3_concat, unit"))


def test_a_layer_is_found_by_its_kind_and_the_link_brings_it_back(tab: Page) -> None:
    tab.goto(INSPECT)
    search = tab.get_by_role("combobox", name="Layer").or_(tab.get_by_role("textbox", name="Layer")).first
    search.click()
    search.fill("fire9_concat")
    tab.get_by_role("option", name="fire9_concat · Concatenate").click()
    expect(tab.get_by_role("heading", name="fire9_concat")).to_be_visible()
    node(tab, "layer:fire9_concat")
    units(tab).nth(2).click()
    chosen = tab.locator(".unit-bar.chosen .name")
    expect(chosen).to_be_visible()
    expect(tab).to_have_url(re.compile("inspected=fire9_concat&unit="))
    other = tab.context.new_page()
    other.goto(tab.url)
    node(other, "layer:fire9_concat")
    expect(other.locator(".unit-bar.chosen .name")).to_have_text(chosen.inner_text())


def test_a_network_is_folded_and_unfolded_by_levels(tab: Page) -> None:
    tab.goto(INSPECT)
    node(tab, "layer:conv1")
    tab.get_by_role("button", name="Unfold a level").click()
    node(tab, "layer:fire2_squeeze1x1")
    tab.get_by_role("button", name="Fold a level", exact=True).click()
    node(tab, "block:fire2")
    tab.wait_for_function("() => window.cy.getElementById('layer:fire2_squeeze1x1').empty()")


def test_the_keyboard_reaches_every_control(tab: Page) -> None:
    tab.goto(f"{INSPECT}&inspected=conv1&unit=1")
    expect(units(tab)).to_have_count(16)
    expect(tab.get_by_role("link", name="Explain this unit")).to_be_visible()
    missing = {"Model", "Data set", "Sample", "methods explain it", "Layer", "Unfold a level", "Fold a level"}
    missing |= {"The network squeezenet", "Map of unit", "Unit", "Explain this unit"}
    for _ in range(90):
        tab.keyboard.press("Tab")
        name = tab.evaluate(
            "() => { const at = document.activeElement; return at.ariaLabel"
            " || (at.labels && at.labels.length ? at.labels[0].textContent : at.textContent); }"
        )
        missing -= {wanted for wanted in missing if wanted in name}
        if not missing:
            return
    pytest.fail(f"not reached by Tab: {sorted(missing)}")


def test_a_network_of_keras_is_brought_in_and_looked_into(tab: Page) -> None:
    tab.get_by_role("link", name="Setup").click()
    tab.get_by_text("One that Keras brings along").click()
    choose(tab, "Network", "MobileNet (224 pixels)")
    choose(tab, "Weights", "None: not trained at all")
    tab.get_by_role("textbox", name="Name").first.fill("untrained")
    tab.get_by_role("button", name="Import the model").click()
    arriving = tab.get_by_role("region", name="Import of the model")
    expect(arriving.get_by_role("heading", name="untrained is ready")).to_be_visible()
    expect(arriving).to_contain_text("4.25 million parameters")
    expect(arriving.locator(".preview figcaption").first).to_contain_text("%")
    arriving.get_by_role("link", name="Inspect it").click()
    expect(tab.get_by_role("region", name="Report on untrained")).to_contain_text("keras:MobileNet")
    node(tab, "layer:conv1")
    tab.request.delete("/v1/workspaces/default/models/untrained")


def test_a_file_that_is_no_model_is_refused_with_the_way_out(tab: Page, tmp_path: Path) -> None:
    tab.goto("/setup")
    file = tmp_path / "notes.keras"
    file.write_text("no model at all")
    give(tab, "Model file", file)
    tab.get_by_role("button", name="Import the model").click()
    alert = tab.get_by_role("alert")
    expect(alert).to_contain_text("notes was not taken")
    expect(alert).to_contain_text("model.save('name.keras')")


def test_pictures_are_brought_in_and_shown(tab: Page, tmp_path: Path) -> None:
    tab.goto("/setup")
    picture = tab.request.get("/v1/workspaces/default/datasets/photos/samples/3/image").body()
    archive = tmp_path / "mine.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("caps/a.jpg", "tops/b.jpg"):
            file.writestr(name, picture)
        file.writestr("caps/c.jpg", b"no picture")
    give(tab, "Pictures", archive)
    tab.get_by_role("button", name="Import the data set").click()
    arriving = tab.get_by_role("region", name="Import of the data set")
    expect(arriving.get_by_role("heading", name="mine is ready")).to_be_visible()
    expect(arriving).to_contain_text("2, 2 of them with a label")
    expect(arriving).to_contain_text("caps/c.jpg")
    expect_loaded(arriving.locator(".preview img").first)
    tab.request.delete("/v1/workspaces/default/datasets/mine")
