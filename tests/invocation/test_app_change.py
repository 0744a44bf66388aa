"""Paused runs whose app was edited meanwhile."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from google.genai import types

from adkconf import builder, config
from adkconf.agents import LlmAgent
from adkconf.apps import App, ResumabilityConfig
from adkconf.errors import AppChangedError, BuildError
from adkconf.runners import Runner
from adkconf.sessions import InMemorySessionService
from adkconf.tools import LongRunningFunctionTool
from tests.conftest import Replies, says

IDS = {"user_id": "u", "session_id": "s"}


def ask(what: str) -> None:
    """Asks somebody."""


class Shop:
    """A session that outlives its app."""

    def __init__(self) -> None:
        self.sessions = InMemorySessionService()
        self.call: types.FunctionCall | None = None

    def runner(self, version: str | None, policy: Any = "warn", resumable: bool = True) -> Runner:
        model = Replies(steps=[[("ask", {"what": "x"})], "done"] if self.call is None else ["done"])
        agent = LlmAgent(name="root", model=model, tools=[LongRunningFunctionTool(ask)])
        own = ResumabilityConfig(is_resumable=resumable, on_app_change=policy, app_version=version)
        app = App(name="demo", root_agent=agent, resumability_config=own)
        return Runner(app=app, session_service=self.sessions)

    async def pause(self, version: str | None) -> None:
        await self.sessions.create_session(app_name="demo", **IDS)
        runner = self.runner(version)
        async for event in runner.run_async(**IDS, new_message=says("hi", "user")):
            for call in event.get_function_calls():
                self.call = call

    async def answer(self, runner: Runner) -> list[str]:
        assert self.call is not None
        response = types.FunctionResponse(id=self.call.id, name="ask", response={"ok": 1})
        message = types.Content(role="user", parts=[types.Part(function_response=response)])
        events = [event async for event in runner.run_async(**IDS, new_message=message)]
        parts = [part for e in events if e.content for part in e.content.parts or ()]
        return [part.text for part in parts if part.text]


@pytest.mark.parametrize(
    ("before", "after", "policy", "refused"),
    [
        ("1", "1", "reject", False),
        ("1", "2", "reject", True),
        ("1", "2", "warn", False),
        ("1", "2", "allow", False),
        (None, "2", "reject", False),
        ("1", None, "reject", False),
    ],
)
async def test_the_policy_decides_on_a_run_of_another_version(
    before: str | None,
    after: str | None,
    policy: str,
    refused: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    shop = Shop()
    await shop.pause(before)
    runner = shop.runner(after, policy)
    with caplog.at_level(logging.WARNING, "adkconf.runs"):
        if refused:
            with pytest.raises(AppChangedError, match="another version"):
                await shop.answer(runner)
        else:
            assert await shop.answer(runner) == ["done"]
    told = "another version of its app" in caplog.text
    assert told == (policy == "warn" and before is not None)


async def test_a_refused_run_leaves_the_session_as_it_was() -> None:
    shop = Shop()
    await shop.pause("1")
    before = await shop.sessions.get_session(app_name="demo", **IDS)
    with pytest.raises(AppChangedError):
        await shop.answer(shop.runner("2", "reject"))
    assert await shop.sessions.get_session(app_name="demo", **IDS) == before
    assert await shop.answer(shop.runner("1", "reject")) == ["done"]


async def test_an_app_that_is_not_resumable_marks_nothing() -> None:
    shop = Shop()
    await shop.sessions.create_session(app_name="demo", **IDS)
    runner = shop.runner("1", resumable=False)
    async for _ in runner.run_async(**IDS, new_message=says("hi", "user")):
        pass
    session = await shop.sessions.get_session(app_name="demo", **IDS)
    assert session is not None
    assert [event.custom_metadata for event in session.events] == [None] * len(session.events)


APP = """\
name: demo
resumability: {is_resumable: true, on_app_change: reject}
root_agent: {model: echo, instruction: Be kind., tools: [notes.look]}
services: {session: sqlite:///s.db}
"""
CODE = "def look() -> str:\n    'Looks.'\n    return 'x'\n"


async def version(directory: Path, app: str = APP, code: str = CODE) -> Any:
    (directory / "app.yaml").write_text(app)
    (directory / "notes.py").write_text(code)
    built = await builder.build(config.load(directory / "app.yaml"))
    await built.close()
    return built.app.resumability_config


async def test_a_version_is_of_the_agents_and_their_code(tmp_path: Path) -> None:
    first = await version(tmp_path)
    moved = f"# moved\n\n{APP}run: {{timeout_seconds: 5}}\nserver: {{auth: {{bearer: x}}}}\n"
    other_agent, other_code = APP.replace("kind", "brief"), CODE.replace("'x'", "'y'")
    assert first.on_app_change == "reject"
    assert (await version(tmp_path, moved)).app_version == first.app_version
    assert (await version(tmp_path, other_agent)).app_version != first.app_version
    assert (await version(tmp_path, APP, other_code)).app_version != first.app_version


async def test_google_adks_engine_has_no_such_policy(tmp_path: Path) -> None:
    pytest.importorskip("google.adk")
    with pytest.raises(BuildError, match="whatever has changed"):
        await version(tmp_path, f"{APP}engine: google-adk\n")
    plain = APP.replace(", on_app_change: reject", "")
    assert (await version(tmp_path, f"{plain}engine: google-adk\n")).is_resumable
