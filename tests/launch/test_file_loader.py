from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from google.genai import types

from adkconf import config
from adkconf.errors import BuildError
from adkconf.launch.live import Live
from adkconf.launch.loader import FileLoader
from adkconf.launch.watch import follow

APP = """\
name: clock
root_agent:
  model: {scripted: [{call: {name: tell, args: {}}}, {text: "done"}]}
  tools: ["./tools.py:tell"]
  sub_agents: [./helper.yaml]
services:
  session: sqlite:///sessions.db
"""
TOOLS = '''\
def tell() -> str:
    """Tells."""
    return "one"
'''
HELPER = """\
agent_class: LlmAgent
name: helper
model: echo
instruction: Help.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, "app.yaml", APP)
    write(tmp_path, "tools.py", TOOLS)
    write(tmp_path, "helper.yaml", HELPER)
    return tmp_path


def write(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text)


@pytest.fixture
async def live(project: Path) -> AsyncIterator[Live]:
    live = Live(FileLoader(partial(config.load, project / "app.yaml")))
    await live.start()
    await live.current.built.runner.session_service.create_session(
        app_name="clock", user_id="u", session_id="s"
    )
    following = asyncio.create_task(follow(live))
    await asyncio.sleep(0.1)
    yield live
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await live.close()


async def settled(live: Live, *, reloads: int, rejections: int = 0) -> None:
    async with asyncio.timeout(5):
        while (live.status().reloads, live.status().rejections) != (reloads, rejections):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def told(live: Live) -> Any:
    """Runs; returns what the tool told."""
    message = types.Content(role="user", parts=[types.Part(text="?")])
    async with live.lease() as generation:
        run = generation.built.runner.run_async(user_id="u", session_id="s", new_message=message)
        events = [event async for event in run]
    return events[1].get_function_responses()[0].response


async def test_an_edited_tool_is_imported_afresh(live: Live, project: Path) -> None:
    assert await told(live) == {"result": "one"}
    write(project, "tools.py", TOOLS.replace("one", "two"))
    await settled(live, reloads=1)
    assert await told(live) == {"result": "two"}


async def test_an_edited_include_counts(live: Live, project: Path) -> None:
    write(project, "helper.yaml", HELPER.replace("Help.", "Help well."))
    await settled(live, reloads=1)
    [helper] = live.current.built.app.root_agent.sub_agents
    assert getattr(helper, "instruction", None) == "Help well."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app.yaml", APP.replace("tools:", "tolls:")),
        ("helper.yaml", "agent_class: ["),
        ("tools.py", "def tell(:"),
        ("tools.py", "raise SystemExit"),
        ("tools.py", "x = 1"),
    ],
)
async def test_a_broken_file_is_told_with_its_place_and_can_be_mended(
    live: Live, project: Path, name: str, text: str
) -> None:
    good = await asyncio.to_thread((project / name).read_text)
    write(project, name, text)
    await settled(live, reloads=0, rejections=1)
    rejection = live.status().rejection
    assert rejection is not None
    assert rejection.diagnostics[0].line > 0
    assert await told(live) == {"result": "one"}
    write(project, name, good + "\n")
    await settled(live, reloads=1, rejections=1)


async def test_a_missing_file_is_waited_for(live: Live, project: Path) -> None:
    write(project, "app.yaml", APP.replace("./helper.yaml", "./other.yaml"))
    await settled(live, reloads=0, rejections=1)
    write(project, "other.yaml", HELPER)
    await settled(live, reloads=1, rejections=1)


async def test_the_session_store_stays_open_across_generations(live: Live, project: Path) -> None:
    before = live.current.built.runner.session_service
    write(project, "tools.py", TOOLS.replace("one", "two"))
    await settled(live, reloads=1)
    assert live.current.built.runner.session_service is before
    await told(live)


async def test_another_session_store_takes_over(live: Live, project: Path) -> None:
    write(project, "app.yaml", APP.replace("sqlite:///sessions.db", "memory://"))
    await settled(live, reloads=1)
    service = live.current.built.runner.session_service
    assert type(service).__name__ == "InMemorySessionService"


async def test_a_file_that_cannot_be_built_does_not_start(project: Path) -> None:
    write(project, "tools.py", "def tell(:")
    loader = FileLoader(partial(config.load, project / "app.yaml"))
    with pytest.raises(BuildError):
        await Live(loader).start()
    assert project / "tools.py" in loader.files
