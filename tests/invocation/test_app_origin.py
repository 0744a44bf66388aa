"""Agents whose place in the file system speaks of another app than the runner's."""

from __future__ import annotations

import importlib
import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LlmAgent
from adkconf.errors import SessionNotFoundError
from adkconf.runners import Runner
from adkconf.sessions import InMemorySessionService

HELLO = types.Content(role="user", parts=[types.Part(text="hi")])
INSTANCE = """
from adkconf.agents import LlmAgent
root_agent = LlmAgent(name="root", model="echo")
"""
SUBCLASS = """
from adkconf.agents import LlmAgent
class Mine(LlmAgent):
    pass
made = Mine(name="root", model="echo")
"""


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Imports an agent of `agents/my_app/agent.py`, or of another file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)

    def load(source: str, place: str = "agents/my_app/agent.py") -> LlmAgent:
        file = tmp_path / place
        file.parent.mkdir(parents=True)
        file.write_text(source)
        name = ".".join(Path(place).with_suffix("").parts)
        monkeypatch.delitem(sys.modules, name, raising=False)
        module = importlib.import_module(name)
        return vars(module).get("root_agent") or vars(module)["made"]

    yield load
    for name in [name for name in sys.modules if name.split(".")[0] in ("agents", "other")]:
        del sys.modules[name]


def runner(agent: LlmAgent, name: str) -> Runner:
    return Runner(agent=agent, app_name=name, session_service=InMemorySessionService())


@pytest.mark.parametrize("source", [INSTANCE, SUBCLASS])
async def test_other_name_is_warned_of_and_told_with_a_missing_session(
    load: Any, source: str, caplog: pytest.LogCaptureFixture
) -> None:
    made = runner(load(source), "other_app")
    assert "App name mismatch: The runner's app name is 'other_app'" in caplog.text
    with pytest.raises(SessionNotFoundError, match="Give the runner app_name='my_app'"):
        await made.run_async(user_id="u", session_id="s", new_message=HELLO).__anext__()


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("agents/my_app/agent.py", "my_app"),
        ("agents/my_app/sub/agent.py", "my_app"),
        ("other/my_app/agent.py", "x"),
        ("agents/agent.py", "x"),
        ("agents/__special/agent.py", "x"),
    ],
)
def test_names_that_agree_or_say_nothing_are_silent(
    load: Any, place: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    runner(load(INSTANCE, place), name)
    assert caplog.text == ""


def test_agents_of_other_directories_are_silent(
    load: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    agent = load(INSTANCE)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    runner(agent, "x")
    assert caplog.text == ""
