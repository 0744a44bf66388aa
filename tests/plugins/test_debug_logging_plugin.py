"""Everything of a run in a file, without its secrets."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from google.genai import types

from adkconf.plugins import DebugLoggingPlugin
from adkconf.tools import AgentTool
from tests.conftest import Replies
from tests.plugins.conftest import agent, plugin, started, turn


async def documents(path: Path, *steps: Any, message: Any = "hi", **options: Any) -> list[Any]:
    given = {key: options.pop(key) for key in ("state_delta", "tools") if key in options}
    tools = {"tools": given.pop("tools")} if "tools" in given else {}
    logging = DebugLoggingPlugin(output_path=path, **options)
    runner = await started(agent(*steps, instruction="Be kind.", **tools), logging)
    with suppress(RuntimeError):
        await turn(runner, message, **given)
    return list(yaml.safe_load_all(read(path)))


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "debug.yaml"


def entries(document: Any, kind: str) -> list[Any]:
    return [e.get("data") for e in document["entries"] if e["entry_type"] == kind]


async def test_run_is_one_document_with_all_that_happened(path: Path) -> None:
    (document,) = await documents(path, [("weather", {"city": "Rome"})], "sunny")
    assert document["session_id"] == "s"
    assert [entry["entry_type"] for entry in document["entries"]] == [
        "user_message",
        "invocation_start",
        "agent_start",
        "llm_request",
        "llm_response",
        "event",
        "tool_call",
        "tool_response",
        "event",
        "llm_request",
        "llm_response",
        "event",
        "agent_end",
        "session_state_snapshot",
        "invocation_end",
    ]
    assert entries(document, "tool_response")[0]["result"] == {"city": "Rome"}
    assert "Be kind." in entries(document, "llm_request")[0]["config"]["system_instruction"]


@pytest.mark.parametrize(
    ("steps", "kinds"),
    [
        ([RuntimeError("down")], ["llm_error", "agent_error", "invocation_error"]),
        ([[("weather", {"city": "Atlantis"})]], ["tool_error", "agent_error", "invocation_error"]),
    ],
)
async def test_failed_run_is_written_too(path: Path, steps: list[Any], kinds: list[str]) -> None:
    (document,) = await documents(path, *steps)
    for kind in kinds:
        assert entries(document, kind)[0]["error_type"] == "RuntimeError"


async def test_cancelled_run_is_written_when_the_app_closes(path: Path) -> None:
    async def hang(_: Any) -> None:
        await asyncio.Event().wait()

    runner = await started(
        agent("hi"), DebugLoggingPlugin(output_path=path), plugin(before_model=hang)
    )
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await turn(runner)
    await runner.close()
    assert entries(yaml.safe_load(read(path)), "llm_request")


async def test_runs_of_agents_used_as_tools_stand_in_the_same_document(path: Path) -> None:
    inner = agent("inner says", name="inner", model=Replies(steps=["inner says"]), tools=[])
    call = [("inner", {"request": "tell"})]
    (document,) = await documents(path, call, "done", tools=[AgentTool(inner)])
    assert len(entries(document, "invocation_start")) == 2
    assert document["entries"][-1]["entry_type"] == "invocation_end"


async def test_runs_are_appended(path: Path) -> None:
    await documents(path, "one")
    assert len(await documents(path, "two")) == 2


async def test_what_was_left_out_on_purpose_is_not_written(path: Path) -> None:
    (document,) = await documents(
        path, "ok", include_session_state=False, include_system_instruction=False
    )
    assert "Be kind." not in read(path)
    assert entries(document, "llm_request")[0]["config"]["system_instruction_length"] > 8
    assert entries(document, "session_state_snapshot") == []


async def test_secrets_and_files_are_not_written(path: Path) -> None:
    blob = types.Blob(data=b"canary-file", mime_type="text/plain")
    message = types.Content(role="user", parts=[types.Part(inline_data=blob)])
    state = {"user:openaiApiKey": "canary-key", "temp:x": "canary-temp", "prompt_token_count": 7}
    await documents(path, "ok", message=message, state_delta=state)
    text = read(path)
    assert "canary" not in text
    assert "<11 bytes>" in text
    assert "prompt_token_count: 7" in text


async def test_file_is_readable_for_its_owner_only(path: Path) -> None:
    await documents(path, "ok")
    assert os.stat(path).st_mode & 0o077 == 0


async def test_file_that_cannot_be_written_is_told_and_the_run_goes_on(
    path: Path, caplog: Any
) -> None:
    runner = await started(agent("ok"), DebugLoggingPlugin(output_path=path / "no" / "such"))
    assert len(await turn(runner)) == 1
    assert "cannot write" in caplog.text
