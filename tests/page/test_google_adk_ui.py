"""google-adk's own web UI, as its wheel has it, with this server behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from tests.page.conftest import Site, served

UI = "/dev-ui"
# The server's own, below the address of the UI's files.
ANSWERED = {f"{UI}/config", f"{UI}/assets/config/runtime-config.json"}


def with_ui(server: Any) -> Any:
    """Serves google-adk's files beside an ASGI application."""
    found = find_spec("google.adk")
    assert found is not None
    assert found.origin is not None
    files = StaticFiles(directory=Path(found.origin).parent / "cli" / "browser", html=True)
    beside = Starlette(routes=[Mount(UI, files)])

    async def app(scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        is_file = path.startswith(f"{UI}/") and path not in ANSWERED
        await (beside if is_file else server)(scope, receive, send)

    return app


# What google-adk's own server does not have either.
MISSING = ("/dev-ui/prism-dark.css", "/dev-ui/x")


@dataclass
class Watch:
    """What a page asked for, and what went wrong."""

    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def answered(self, response: Response) -> None:
        path = response.url.split("/", 3)[3]
        self.asked.append(f"{response.request.method} /{path}")
        if response.status >= 400 and not response.url.endswith(MISSING):
            self.faults.append(f"{response.status} {response.url}")

    def said(self, kind: str, text: str) -> None:
        # Each file that is not there, fonts of other sites among them, is an error of its own.
        if kind == "error" and "Failed to load resource" not in text:
            self.faults.append(text)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with google-adk's UI."""
    with served(tmp_path_factory.mktemp("google_adk_ui"), wrap=with_ui) as site:
        yield site


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def page(browser: Browser, site: Site, watch: Watch) -> Iterator[Page]:
    """The UI with the app `shop`."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.route(lambda url: not url.startswith(site.url), lambda route: route.abort())
    page.on("response", watch.answered)
    page.on("console", lambda message: watch.said(message.type, message.text))
    page.on("pageerror", lambda error: watch.faults.append(str(error)))
    page.goto(f"{site.url}{UI}/?app=shop")
    yield page
    context.close()
    assert watch.faults == []


def say(page: Page, text: str) -> None:
    page.locator("textarea").first.fill(text)
    page.keyboard.press("Enter")


def shows(page: Page, text: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible()


def draw(page: Page) -> None:
    """A first message, whose answer calls a tool that saves artifacts and writes state."""
    with page.expect_response(lambda response: "/debug/trace/session/" in response.url):
        say(page, "Draw something")


def test_a_chat_shows_events_state_artifacts_and_traces(page: Page, watch: Watch) -> None:
    draw(page)
    for text in ("draw(32)", "State: basket, user:colour", "Here is your picture"):
        shows(page, text)
    page.get_by_text("State", exact=True).click()
    shows(page, '"blue"')
    page.get_by_text("Artifacts", exact=True).click()
    shows(page, "blue.png")
    expect(page.locator("img[src^='data:image/png']").first).to_have_js_property("naturalWidth", 32)
    page.get_by_text("Traces", exact=True).click()
    for text in ("INVOCATION ID", "Total latency", "generate_content scripted"):
        shows(page, text)
    called = {path.partition("?")[0] for path in watch.asked}
    dev = {f"GET /dev/apps/shop/{name}" for name in ("build_graph", "build_graph_image", "builder")}
    assert called > dev | {"GET /version", "GET /config/telemetry", "POST /run_sse"}


@pytest.mark.long
def test_an_event_shows_its_graph_and_what_the_model_was_told(page: Page) -> None:
    draw(page)
    page.get_by_text("draw(32)").first.click()
    shows(page, "Event 2 of 4")
    for icon, text in (("input", "Sell."), ("output", '"tool_call"')):
        page.get_by_text(icon, exact=True).last.click()
        shows(page, text)
    page.get_by_text("account_tree", exact=True).last.click()
    for name in ("keeper", "draw"):
        expect(page.locator("svg .node title").get_by_text(name, exact=True)).to_have_count(1)


def test_a_question_is_answered(page: Page) -> None:
    draw(page)
    say(page, "Pay")
    shows(page, "Money leaves the account")
    page.get_by_text("Confirmed", exact=True).click()
    page.get_by_role("button", name="Submit").click()
    shows(page, "Thank you.")


@pytest.mark.long
def test_sessions_are_reloaded_renamed_imported_and_deleted(page: Page, watch: Watch) -> None:
    draw(page)
    page.reload()
    shows(page, "Here is your picture")
    page.get_by_text("Draw something").first.click()
    with page.expect_response(lambda response: response.request.method == "PATCH"):
        page.get_by_text("edit", exact=True).last.click()
        name = page.locator("input:focus")
        name.fill("Pictures")
        name.press("Enter")
    past = {"events": [{"author": "user", "content": {"role": "user", "parts": [{"text": "Hi"}]}}]}
    file = {"name": "s.json", "mimeType": "application/json", "buffer": json.dumps(past).encode()}
    with page.expect_file_chooser() as choosing, page.expect_response(is_session_made):
        page.get_by_text("Import", exact=True).click()
        choosing.value.set_files([file])
    page.locator(".selector-label").last.click()
    page.get_by_text("Delete", exact=True).first.click()
    with page.expect_response(lambda response: response.request.method == "DELETE"):
        page.get_by_role("button", name="Delete").last.click()
    page.wait_for_load_state("networkidle")
    # The UI asks once more for what it deleted; google-adk's server does not have it either.
    watch.faults = [fault for fault in watch.faults if "404" not in fault]


def is_session_made(response: Response) -> bool:
    return response.request.method == "POST" and response.url.endswith("/sessions")
