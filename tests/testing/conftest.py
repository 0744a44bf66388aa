from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from textwrap import dedent

import pytest

from adkconf.config.loading import load
from adkconf.testing.outcome import Results
from adkconf.testing.trial import run_tests

Trial = Callable[..., Awaitable[Results]]

TOOLS = """
from adkconf.tools import FunctionTool


def add_item(item: str, tool_context) -> str:
    '''Adds an item.'''
    tool_context.state["items"] = [*tool_context.state.get("items", []), item]
    return "added"


def list_items(tool_context) -> list:
    '''Lists the items.'''
    return tool_context.state.get("items", [])


def pay(amount: int, tool_context) -> dict:
    '''Pays.'''
    tool_context.state["paid"] = amount
    return {"paid": amount}


def approve() -> dict:
    '''Asks the boss.'''
    return {"status": "pending"}


async def save(tool_context) -> str:
    '''Saves a file.'''
    from google.genai import types

    blob = types.Part.from_bytes(data=b"milk, bread", mime_type="text/plain")
    await tool_context.save_artifact("list.txt", blob)
    return "saved"


def fail() -> str:
    '''Fails.'''
    raise ConnectionError("the shop is closed")


def mail(credential, tool_context) -> str:
    '''Reads mail.'''
    tool_context.state["key"] = credential.auth_type.value
    return "none"


careful_pay = FunctionTool(pay, require_confirmation=True)
"""

APP = """
name: shop
root_agent:
  name: clerk
  model: gemini-2.5-flash
  tools:
    - ./tools.py:add_item
    - ./tools.py:list_items
    - ./tools.py:careful_pay
    - ./tools.py:save
    - ./tools.py:fail
    - LongRunningFunctionTool: {func: ./tools.py:approve}
  sub_agents:
    - {name: poet, description: Writes poems.}
"""


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trial:
    """Runs the tests that are written in YAML against a small shop, or another app."""
    monkeypatch.chdir(tmp_path)

    async def run(tests: str, *, app: str = APP, live: bool = False, **options: bool) -> Results:
        (tmp_path / "tools.py").write_text(TOOLS)
        (tmp_path / "app.yaml").write_text(f"{app.strip()}\ntests:\n{dedent(tests).strip()}\n")
        loaded = load(tmp_path / "app.yaml", environ={})
        assert loaded.spec, loaded.diagnostics
        return await run_tests(loaded, loaded.spec.tests, live=live, **options)

    return run
