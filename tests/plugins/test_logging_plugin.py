"""What the logging plugin writes to standard error."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from google.genai import types

from adkconf.plugins import LoggingPlugin
from tests.plugins.conftest import HOOKS, agent, started, steps_for, turn


async def log_of(hook: str, capsys: Any, message: Any = "hi") -> list[str]:
    runner = await started(agent(*steps_for(hook)), LoggingPlugin())
    with suppress(RuntimeError):
        await turn(runner, message)
    out, err = capsys.readouterr()
    assert out == ""
    return [line.removeprefix("[logging_plugin] ") for line in err.splitlines()]


@pytest.mark.parametrize(
    ("hook", "line"),
    [
        ("on_user_message", "message in session s of user u: hi"),
        ("before_run", "run e-"),
        ("before_agent", "agent root starts"),
        ("before_model", "agent root asks replies: 1 contents, tools: weather"),
        ("after_model", "model answers: calls weather"),
        ("on_event", " of root: result of weather"),
        ("before_tool", 'tool weather called with {"city": "Rome"}'),
        ("after_tool", 'tool weather returned {"city": "Rome"}'),
        ("after_agent", "agent root ends"),
        ("after_run", " ends"),
        ("on_tool_error", "tool weather failed: boom!"),
        ("on_model_error", "model call of root failed: down"),
        ("on_agent_error", "agent root failed: down"),
        ("on_run_error", " failed: down"),
    ],
)
async def test_each_hook_is_told(hook: str, line: str, capsys: Any) -> None:
    assert any(line in told for told in await log_of(hook, capsys))


def test_every_hook_is_overridden() -> None:
    assert {f"{hook}_callback" for hook in HOOKS} <= set(vars(LoggingPlugin))


async def test_long_values_are_cut(capsys: Any) -> None:
    log = await log_of("after_run", capsys, message="x" * 1000)
    assert max(map(len, log)) < 300


async def test_files_are_mentioned_and_not_printed(capsys: Any) -> None:
    blob = types.Blob(data=b"secret", mime_type="text/plain")
    message = types.Content(role="user", parts=[types.Part(inline_data=blob)])
    log = await log_of("after_run", capsys, message)
    assert log[0] == "message in session s of user u: a file or other part"
