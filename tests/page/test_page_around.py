"""What stands around the conversation: reloads, tokens, themes, accessibility."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page, expect

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
TABS = ("Events", "State", "Artifacts", "Graph", "Config", "Problems")


def say(page: Page, text: str) -> None:
    page.locator("#message").fill(text)
    page.keyboard.press("Enter")
    page.wait_for_selector("#send:not([hidden])")


def faults(page: Page, within: str = "body") -> list[str]:
    """Returns what axe finds that is serious or critical."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    done = page.evaluate("(within) => axe.run(within)", within)
    assert done["passes"]
    found = done["violations"]
    return [
        f"{fault['id']}: {node['html'][:160]} {node['failureSummary']}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]


def test_a_broken_edit_is_shown_over_its_line_until_it_is_mended(
    serving: Callable[..., Any], opened: Callable[..., Page]
) -> None:
    site = serving()
    page = opened(site)
    expect(page.locator("#status")).to_contain_text("generation 1 is live")
    site.edit("  instruction: Sell.", "  instuction: Sell.")
    expect(page.locator("#banner")).to_contain_text("unknown key 'instuction'")
    expect(page.locator("#status")).to_contain_text("edit rejected · generation 1 goes on")
    page.locator("#banner").get_by_role("button", name="Show").click()
    expect(page.locator(".excerpt mark")).to_have_text("instuction")
    expect(page.locator(".diagnostic")).to_contain_text("did you mean 'instruction'?")
    say(page, "The last good app answers")
    expect(page.locator("#messages")).to_contain_text("Here is your picture")
    site.edit("  instuction: Sell.", "  instruction: Sell more.")
    expect(page.locator("#banner")).to_be_hidden()
    expect(page.locator("#status")).to_contain_text("generation 2 is live")
    page.get_by_role("tab", name="Config").click()
    expect(page.locator(".tree")).to_contain_text("Sell more.")


def test_apps_that_are_renamed_while_they_run_are_found(
    serving: Callable[..., Any], opened: Callable[..., Page]
) -> None:
    site = serving()
    page = opened(site)
    apps = page.get_by_label("App", exact=True)
    expect(apps.locator("option")).to_have_text(["shop", "slow", "tasks"])
    site.edit("name: slow", "name: patient", "slow.yaml")
    expect(apps.locator("option")).to_have_text(["patient", "shop", "tasks"])
    expect(apps).to_have_value("shop")
    site.edit("model: offline", "model: ofline", "slow.yaml")
    expect(page.locator("#banner")).to_contain_text("slow.yaml")
    expect(page.locator("#status")).to_contain_text("generation 1 is live")


def test_a_token_is_asked_for_and_kept_in_the_tab(
    serving: Callable[..., Any], opened: Callable[..., Page]
) -> None:
    site = serving(tokens=("s3cret-token",))
    page = opened(site, expected=("401",))
    field = page.get_by_label("Token", exact=True)
    field.fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("refused")
    field.fill("s3cret-token")
    page.keyboard.press("Enter")
    say(page, "Draw")
    expect(page.locator("#messages")).to_contain_text("Here is your picture")
    page.reload()
    expect(page.locator("#sessions .session")).to_have_count(1)
    assert page.evaluate("Object.values(localStorage).join()").find("s3cret") < 0
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(site: Any, opened: Callable[..., Page], scheme: str) -> None:
    page = opened(site, color_scheme=scheme)
    say(page, "Draw")
    say(page, "Pay")
    for details in page.locator("#panel-events .entry").all():
        details.evaluate("(element) => (element.open = true)")
    assert faults(page) == []
    page.get_by_role("button", name="Keyboard shortcuts").click()
    assert faults(page, "dialog") == []


def test_axe_finds_nothing_serious_in_tabs_and_on_a_telephone(
    site: Any, opened: Callable[..., Page]
) -> None:
    page = opened(site, viewport={"width": 390, "height": 780})
    say(page, "Draw")
    page.get_by_role("button", name="Inspect").click()
    for tab in TABS[1:]:
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel", name=tab)).to_be_visible()
        assert faults(page, "#inspector") == []
    page.get_by_role("button", name="Sessions", exact=True).click()
    assert faults(page, "#sidebar") == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == 390


def test_the_theme_is_the_systems_until_another_is_chosen(
    site: Any, opened: Callable[..., Page]
) -> None:
    page = opened(site, color_scheme="dark")
    theme = page.locator("html")
    expect(theme).to_have_attribute("data-theme", "dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.get_by_role("button", name="Change to the light theme").click()
    expect(theme).to_have_attribute("data-theme", "light")
    assert page.evaluate(ground) != dark
    page.reload()
    expect(theme).to_have_attribute("data-theme", "light")


def test_the_graph_and_the_configuration_are_shown(page: Page) -> None:
    page.get_by_role("tab", name="Graph").click()
    picture = page.get_by_alt_text("The agents of shop, with their tools and services")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("(image) => image.naturalWidth") > 100
    page.get_by_role("tab", name="Config").click()
    expect(page.locator(".tree .line").first).to_contain_text("shop.yaml:1")
    expect(page.get_by_text("max_body_bytes")).to_be_hidden()
    page.get_by_label("Show defaults").check()
    expect(page.get_by_text("max_body_bytes")).to_be_visible()


def test_a_server_that_went_away_is_told(
    serving: Callable[..., Any], opened: Callable[..., Page]
) -> None:
    page = opened(serving(), expected=("Failed to load resource",))
    expect(page.locator("#status")).to_contain_text("is live")
    page.route("**/*", lambda route: route.abort())
    expect(page.locator("#status")).to_contain_text("server is away")
