"""What people do with the pages, from the first look to a comparison: among it the two tasks of the paper's test."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

NETWORKS = ("lite0", "lite2", "squeezenet")
QUARTERS = ("Disagree, unsure", "Disagree, sure", "Agree, unsure", "Agree, sure")
SUGGEST = f"/suggest?dataset=photos&models={','.join(NETWORKS)}"
COMPARE = f"/compare?dataset=photos&models={','.join(NETWORKS)}&tray=3,5,8"


def points(tab: Page) -> Locator:
    """Points lie beneath the layer that catches the mouse, so clicks on them must not wait for them to be on top."""
    return tab.locator(".scatterlayer .points path")


def button(tab: Page, quarter: str) -> Locator:
    return tab.get_by_role("button", name=re.compile(f"^{quarter}"))


def box(tab: Page, network: str) -> Locator:
    return tab.get_by_role("article", name=network, exact=True)


def expect_loaded(picture: Locator) -> None:
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    expect(picture).not_to_have_js_property("naturalWidth", 0)


def expect_maps(tab: Page, *, of: str = "") -> None:
    """Every network has its map (in whose address is `of`) and its five best answers."""
    for network in NETWORKS:
        heatmap = box(tab, network).locator("img.heatmap")
        expect(heatmap).to_have_attribute("alt", re.compile(of or "."))
        expect_loaded(heatmap)
        expect(box(tab, network).get_by_role("listitem")).not_to_have_count(0)
        assert box(tab, network).get_by_role("listitem").count() >= 5


def setting(tab: Page, name: str) -> str:
    return parse_qs(urlsplit(tab.url).query).get(name, [""])[0]


def choose(tab: Page, control: str, option: str) -> None:
    tab.get_by_role("combobox", name=control).or_(tab.get_by_role("textbox", name=control)).first.click()
    tab.get_by_role("option", name=option).first.click()


def test_from_the_first_page_to_a_comparison_in_four_clicks(tab: Page) -> None:
    tab.get_by_role("link", name="Start with 3 networks").click()
    expect(points(tab).first).to_be_visible()
    points(tab).first.click(force=True)
    expect(tab.get_by_role("region", name="Tray").locator(".thumbnail")).to_have_count(1)
    tab.get_by_role("link", name="Compare 1", exact=True).click()
    expect_maps(tab)
    expect_loaded(box(tab, "The picture").locator("img"))
    expect(box(tab, "The picture")).to_contain_text(re.compile("Label: |No label"))


def test_t1_where_networks_agree_and_where_not(tab: Page) -> None:
    tab.goto(SUGGEST)
    expect(points(tab).first).to_be_visible()
    counts = [int(button(tab, quarter).locator(".count").inner_text()) for quarter in QUARTERS]
    assert sum(counts) == points(tab).count() >= 30
    for quarter, count in zip(QUARTERS, counts, strict=True):
        button(tab, quarter).click()
        expect(tab.get_by_role("region", name=quarter).locator(".card")).to_have_count(count)
    for quarter in ("Disagree, unsure", "Agree, sure"):
        button(tab, quarter).click()
        gallery = tab.get_by_role("region", name=quarter)
        expect_loaded(gallery.locator(".card img").first)
        gallery.locator(".card").first.click()
        expect(gallery.locator(".card").first).to_have_class(re.compile("picked"))
    tab.get_by_role("link", name="Compare 2", exact=True).click()
    expect_maps(tab)


def test_hovering_shows_the_picture_and_every_answer(tab: Page) -> None:
    tab.goto(SUGGEST)
    expect(points(tab).first).to_be_visible()
    points(tab).nth(4).hover(force=True)
    card = tab.locator(".sample-card")
    expect_loaded(card.locator("img"))
    for network in NETWORKS:
        expect(card.get_by_role("row").filter(has_text=network)).to_contain_text("%")


def test_a_lasso_fills_the_tray_and_it_is_emptied_again(tab: Page) -> None:
    tab.goto(SUGGEST)
    expect(points(tab).first).to_be_visible()
    area = tab.locator(".graph .nsewdrag").first.bounding_box()
    assert area is not None
    left, top, right, bottom = (
        area["x"] + 3,
        area["y"] + 3,
        area["x"] + area["width"] - 3,
        area["y"] + area["height"] - 3,
    )
    tab.mouse.move(left, top)
    tab.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top)):
        tab.mouse.move(x, y, steps=4)
    tab.mouse.up()
    thumbnails = tab.get_by_role("region", name="Tray").locator(".thumbnail")
    expect(thumbnails).to_have_count(points(tab).count())
    tab.get_by_role("button", name=re.compile("out of the tray$")).first.click()
    expect(thumbnails).to_have_count(points(tab).count() - 1)
    tab.get_by_role("button", name="Empty the tray").click()
    expect(thumbnails).to_have_count(0)


def test_t2_the_wrong_answers_of_one_network(tab: Page) -> None:
    tab.goto("/suggest?dataset=photos&models=squeezenet")
    expect(tab.locator(".barlayer .point path").first).to_be_attached()
    counted = tab.locator(".legendtext").filter(has_text="wrong")
    wrong = int(re.sub(r"\D", "", counted.text_content() or ""))
    tab.get_by_role("button", name="Show the wrong ones").click()
    cards = tab.get_by_role("region", name="Wrong answers, furthest from the label first").locator(".card")
    expect(cards).to_have_count(wrong)
    expect(cards.filter(has_text="✗")).to_have_count(wrong)
    tab.get_by_role("button", name="All of these into the tray").click()
    tab.get_by_role("link", name=f"Compare {wrong}", exact=True).click()
    expect_loaded(box(tab, "squeezenet").locator("img.heatmap"))
    expect(tab.locator("#position")).to_have_text(f"1 of {wrong} in the tray")


def test_a_bar_of_the_histogram_lists_its_samples(tab: Page) -> None:
    tab.goto("/suggest?dataset=photos&models=lite0")
    bar = tab.locator(".barlayer .trace").first.locator(".point path").first
    expect(bar).to_be_attached()
    bar.click(force=True)
    expect(tab.get_by_role("region", name="1 - p(label) from 0 to 0.05").locator(".card").first).to_be_visible()


def test_settings_are_in_the_link_and_the_link_brings_them_back(tab: Page) -> None:
    tab.goto(COMPARE)
    expect_maps(tab, of="grad_cam")
    choose(tab, "Method", "LRP-ε")
    expect_maps(tab, of="lrp.epsilon")
    tab.get_by_role("textbox", name="epsilon").fill("0.01")
    expect(tab).to_have_url(re.compile(r"p\.epsilon=0\.01"))
    choose(tab, "Colours", "vik")
    expect(box(tab, "lite0").locator("img.heatmap")).to_have_attribute("src", re.compile("colormap=vik"))
    slider = tab.get_by_role("slider", name="Strength over the picture")
    slider.press("Home")
    expect(tab).to_have_url(re.compile("overlay=0"))
    expect_maps(tab, of="lrp.epsilon")

    other = tab.context.new_page()
    other.goto(tab.url)
    expect_maps(other, of="lrp.epsilon")
    expect(other.get_by_role("textbox", name="epsilon")).to_have_value("0.01")
    for network in NETWORKS:
        address = box(tab, network).locator("img.heatmap").get_attribute("src") or ""
        expect(box(other, network).locator("img.heatmap")).to_have_attribute("src", address)
    assert setting(other, "colormap") == "vik"


def test_arrow_keys_step_through_the_tray(tab: Page) -> None:
    tab.goto(COMPARE)
    expect_maps(tab, of="sample 3")
    for key, sample in (("ArrowRight", 5), ("ArrowRight", 8), ("ArrowRight", 3), ("ArrowLeft", 8)):
        tab.keyboard.press(key)
        expect(tab).to_have_url(re.compile(f"sample={sample}(&|$)"))
    tab.get_by_role("textbox", name="Sample (").fill("5")
    tab.keyboard.press("Enter")
    expect(tab).to_have_url(re.compile("sample=5(&|$)"))
    tab.get_by_role("button", name="Next sample").click()
    expect_maps(tab, of="sample 8")
    expect(tab.locator("#position")).to_have_text("3 of 3 in the tray")
    tab.keyboard.press("r")
    expect(tab.locator("img.heatmap").first).to_be_hidden()
    tab.keyboard.press("r")
    expect(tab.locator("img.heatmap").first).to_be_visible()


def test_a_class_is_chosen_by_typing(tab: Page) -> None:
    tab.goto(COMPARE)
    expect_maps(tab)
    target = tab.get_by_label("Answer to explain").first
    target.click()
    target.fill("golden ret")
    tab.get_by_role("option", name="golden retriever").click()
    for network in NETWORKS:
        expect(box(tab, network).locator(".explained")).to_contain_text(re.compile("golden retriever", re.IGNORECASE))
    assert setting(tab, "target").lower() == "class:golden retriever"


def test_an_explanation_can_be_taken_along(tab: Page) -> None:
    tab.goto(COMPARE)
    expect_maps(tab)
    first = box(tab, "lite0")
    for name in ("PNG", "NPY"):
        address = first.get_by_role("link", name=name).get_attribute("href") or ""
        assert tab.request.get(address).ok
    first.get_by_role("button", name="Reproduce").click()
    expect(tab.get_by_text("hub.explain(")).to_be_visible()
    expect(tab.get_by_text("innhub explain lite0 photos 3 --method grad_cam")).to_be_visible()


@pytest.mark.parametrize(
    ("address", "names"),
    [
        (SUGGEST, {"Home", "Data set", "Models", *QUARTERS, "Switch between light and dark"}),
        (
            COMPARE,
            {"Data set", "Models", "Previous sample", "Next sample", "Method", "Layer", "Answer to explain", "Colours"}
            | {"Strength over the picture", "Clip above percentile", "PNG", "NPY", "Reproduce", "Compare sample 5"},
        ),
    ],
)
def test_the_keyboard_reaches_every_control(tab: Page, address: str, names: set[str]) -> None:
    tab.goto(address)
    expect(points(tab).first.or_(box(tab, "squeezenet").get_by_role("button", name="Reproduce"))).to_be_visible()
    missing = set(names)
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


def test_light_and_dark(tab: Page) -> None:
    tab.goto(SUGGEST)
    root = tab.locator("html")
    before = root.get_attribute("data-mantine-color-scheme")
    tab.get_by_role("button", name="Switch between light and dark").click()
    expect(root).to_have_attribute("data-mantine-color-scheme", "light" if before == "dark" else "dark")
    expect(points(tab).first).to_be_visible()
