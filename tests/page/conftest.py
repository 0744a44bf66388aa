"""A Chromium that looks at the dev page of a server in a thread."""

from __future__ import annotations

import asyncio
import os
import queue
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from adkconf import config
from adkconf.launch.fleet import Fleet
from adkconf.launch.loader import FileLoader
from adkconf.server.app import create_app
from adkconf.server.settings import Settings

TOOLS = '''\
import struct
import zlib

from google.genai import types

HTML = "<img src=x onerror='window.hit = 1'>"


def png():
    def chunk(kind, data):
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    rows = b"".join(b"\\0" + b"\\x3b\\x50\\xcf" * 32 for _ in range(32))
    head = struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\\x89PNG\\r\\n\\x1a\\n" + body


async def draw(size: int, tool_context):
    """Draws a picture."""
    picture = types.Part.from_bytes(data=png(), mime_type="image/png")
    note = types.Part.from_bytes(data=f"# Notes {HTML}".encode(), mime_type="text/markdown")
    version = await tool_context.save_artifact("blue.png", picture)
    await tool_context.save_artifact(f"notes/{HTML.replace('/', '')}.md", note)
    tool_context.state["basket"] = {"items": [1, HTML]}
    tool_context.state["user:colour"] = "blue"
    return {"version": version, "html": HTML}


def pay(amount: float, tool_context):
    """Pays."""
    if tool_context.tool_confirmation is None:
        tool_context.request_confirmation(hint=f"Money leaves the account {HTML}")
        return {"status": "waiting"}
    return {"paid": amount if tool_context.tool_confirmation.confirmed else 0}


def order():
    """Orders."""


def mail(credential):
    """Reads mail."""
    return {"characters": len(credential.api_key)}
'''
SHOP = """\
name: shop
root_agent:
  name: keeper
  model: offline
  instruction: Sell.
  tools: ["./tools.py:draw", "./tools.py:pay"]
models:
  offline:
    scripted:
      - call: {name: draw, args: {size: 32}}
      - text: "Here is **your** picture <img src=x onerror='window.hit = 1'>."
      - call: {name: pay, args: {amount: 12.5}}
      - text: That costs money.
      - text: Thank you.
      - error: {code: 429, message: the quota is used up}
"""
SLOW = """\
name: slow
root_agent: {name: snail, model: offline, instruction: Wait.}
models:
  offline:
    scripted: [{text: Soon., delay: 50}]
"""

TASKS = """\
name: tasks
root_agent:
  name: clerk
  model: offline
  instruction: Ask.
  tools:
    - LongRunningFunctionTool: ./tools.py:order
    - AuthenticatedFunctionTool:
        func: ./tools.py:mail
        auth_scheme: {type: apiKey, in: header, name: X-Key}
models:
  offline:
    scripted:
      - call: {name: order}
      - text: It has come.
      - call: {name: mail}
      - text: There is none.
"""
APPS = {"shop.yaml": SHOP, "slow.yaml": SLOW, "tasks.yaml": TASKS}

# Where other tests take the machine's time, too, a page is slow; waiting costs nothing else.
_TIMEOUT = 15_000
expect.set_options(timeout=_TIMEOUT)


@dataclass
class Site:
    """A server with the apps of files in a directory."""

    url: str
    directory: Path
    fleet: Fleet
    loop: asyncio.AbstractEventLoop

    def edit(self, old: str, new: str, name: str = "shop.yaml") -> None:
        """Changes a file, and has the server look at it."""
        file = self.directory / name
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
        asyncio.run_coroutine_threadsafe(self.fleet.reload(), self.loop).result(20)


@dataclass
class Watch:
    """What pages did that they should not; `expected` is part of a message that is all right."""

    origin: str
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("console", lambda said: said.type == "error" and self.faults.append(said.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: self.faults.append(f"dialog {dialog.message}"))
        page.on("request", self._check_address)

    def _check_address(self, request: Any) -> None:
        if not request.url.startswith((self.origin, f"blob:{self.origin}")):
            self.faults.append(f"a request to {request.url}")

    def unexpected(self) -> list[str]:
        return [fault for fault in self.faults if not any(part in fault for part in self.expected)]


@contextmanager
def served(
    directory: Path, *, wrap: Callable[[Any], Any] = lambda app: app, **settings: Any
) -> Iterator[Site]:
    """Serves the apps from a thread; edits are taken over when `Site.edit` makes them.

    `wrap` puts something around the ASGI application.
    """
    for name, text in {"tools.py": TOOLS, **APPS}.items():
        (directory / name).write_text(text)
    started: queue.Queue[tuple[Site, uvicorn.Server]] = queue.Queue()
    serving = _serve(directory, Settings(**settings), wrap, lambda *pair: started.put(pair))
    thread = threading.Thread(target=asyncio.run, args=(serving,))
    thread.start()
    site, server = started.get(timeout=20)
    yield site
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


async def _serve(
    directory: Path,
    settings: Settings,
    wrap: Callable[[Any], Any],
    started: Callable[[Site, uvicorn.Server], None],
) -> None:
    files = [directory / name for name in APPS]
    loaders = [(file.name, FileLoader(partial(config.load, file))) for file in files]
    fleet = Fleet(loaders, drain_seconds=0)
    await fleet.start()
    app = wrap(create_app(fleet, settings))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        started(Site(url, directory, fleet, asyncio.get_running_loop()), server)
        await server.serve(sockets=[listener])
    await fleet.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Ends with the tests of this folder: while it is there, the thread has no other loop."""
    # The first has no windows, which the others have even where nobody sees them: half the time.
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("no Chromium on this machine: apt-get install chromium-headless-shell")
        pytest.skip("THE DEV PAGE IS NOT TESTED: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        # Chromium's own sandbox needs rights that containers do not give.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server for all tests of a module; sessions are apart, by their users."""
    with served(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """A server of the test's own, with settings."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(served(tmp_path, **settings))


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens the page of a site, with options of a browser context; it must do nothing wrong."""
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    def open_page(site: Site, *, expected: tuple[str, ...] = (), **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 860}, **options})
        contexts.append(context)
        context.set_default_timeout(_TIMEOUT)
        page = context.new_page()
        watches.append(Watch(site.url, expected=list(expected)))
        watches[-1].follow(page)
        # Each test is a user of its own.
        page.add_init_script(f"localStorage['adkconf.user'] ??= 'u{uuid4().hex}'")
        page.goto(site.url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [fault for watch in watches for fault in watch.unexpected()] == []


@pytest.fixture
def page(site: Site, opened: Callable[..., Page]) -> Page:
    """The page at the site of the module."""
    return opened(site)
