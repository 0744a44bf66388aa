"""The code of the two documents runs as it is printed, with `google.adk` read as `adkconf`."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LlmAgent
from adkconf.apps import App
from adkconf.artifacts import FileArtifactService, InMemoryArtifactService
from adkconf.auth.credential_service.in_memory_credential_service import InMemoryCredentialService
from adkconf.memory import InMemoryMemoryService
from adkconf.runners import InMemoryRunner
from adkconf.tools import ToolContext
from tests.conftest import Replies, texts
from tests.wire.gemini_server import GeminiServer
from tests.wire.gemini_server import says as answers

IMPORTS = """\
from google.adk.agents import LlmAgent
from google.adk.runners import InMemoryRunner
from google.adk.apps import App, ResumabilityConfig, EventsCompactionConfig
from google.adk.plugins import LoggingPlugin
from google.adk.agents.context_cache_config import ContextCacheConfig
from google.adk.runners import Runner
from google.adk.sessions import DatabaseSessionService
from google.adk.agents.run_config import RunConfig, StreamingMode
from google.adk.sessions.base_session_service import GetSessionConfig
from google.adk.sessions import InMemorySessionService
from google.adk.sessions.sqlite_session_service import SqliteSessionService
from google.adk.memory import InMemoryMemoryService
from google.adk.artifacts import InMemoryArtifactService, FileArtifactService
from google.adk.plugins import SaveFilesAsArtifactsPlugin, CloudTracePlugin
from google.adk.agents import BaseAgent
from google.adk.events import Event
from google.adk.sessions import BaseSessionService
from google.adk.artifacts import BaseArtifactService
from google.adk.memory import BaseMemoryService
"""

MINIMAL = """\
import asyncio
from google.adk.agents import LlmAgent
from google.adk.runners import InMemoryRunner
from google.genai import types

agent = LlmAgent(name="chat", model="gemini-2.5-flash", instruction="Be concise.")

async def main():
    runner = InMemoryRunner(agent=agent, app_name="demo")
    session = await runner.session_service.create_session(
        app_name="demo", user_id="u1", session_id="s1"
    )
    async for event in runner.run_async(
        user_id="u1",
        session_id=session.id,
        new_message=types.Content(role="user", parts=[types.Part(text="Hi")]),
    ):
        if event.content:
            for part in event.content.parts:
                if part.text:
                    print(event.author, "→", part.text)
    await runner.close()

asyncio.run(main())
"""

APP = """\
from google.adk.apps import App, ResumabilityConfig, EventsCompactionConfig
from google.adk.plugins import LoggingPlugin
from google.adk.agents.context_cache_config import ContextCacheConfig

app = App(
    name="demo",
    root_agent=my_agent_or_workflow,
    plugins=[LoggingPlugin()],
    resumability_config=ResumabilityConfig(is_resumable=True),
    events_compaction_config=EventsCompactionConfig(
        compaction_interval=10, overlap_size=2,
        token_threshold=50_000, event_retention_size=50,
    ),
    context_cache_config=ContextCacheConfig(),  # optional, for explicit Gemini cache
)
"""

RUNNER = """\
from google.adk.runners import Runner
from google.adk.sessions import DatabaseSessionService

runner = Runner(
    app=app,  # preferred
    session_service=DatabaseSessionService(db_url="sqlite:///./adk.db"),
    memory_service=memory_service,  # optional
    artifact_service=artifact_service,  # optional
    credential_service=credential_service,  # optional
    auto_create_session=False,
    plugin_close_timeout=5.0,
)
"""

RUN_CONFIG = """\
from google.adk.agents.run_config import RunConfig, StreamingMode
from google.adk.sessions.base_session_service import GetSessionConfig

cfg = RunConfig(
    streaming_mode=StreamingMode.SSE,
    max_llm_calls=50,
    get_session_config=GetSessionConfig(num_recent_events=20),
)
"""

POSTGRES = """\
from google.adk.sessions import DatabaseSessionService

svc = DatabaseSessionService(db_url="postgresql+asyncpg://user:pass@host/db")
"""

DEBUG = """\
from google.adk.runners import InMemoryRunner

runner = InMemoryRunner(agent=agent)
events = await runner.run_debug(["Hi", "What's my name?"])
"""

LOCAL = """\
import asyncio
from google.genai import types
from google.adk.agents import LlmAgent
from google.adk.apps import App
from google.adk.artifacts import FileArtifactService
from google.adk.runners import Runner
from google.adk.sessions import DatabaseSessionService

async def main():
    svc = DatabaseSessionService(db_url="sqlite+aiosqlite:///./adk.db")
    async with Runner(
        app=App(name="demo", root_agent=LlmAgent(name="chat", model="echo")),
        session_service=svc, artifact_service=FileArtifactService(root_dir="./artifacts"),
    ) as runner:
        await runner.run_debug("Hi", quiet=True)
        files = dict(app_name="demo", user_id="debug_user_id", session_id="debug_session_id")
        part = types.Part.from_bytes(data=b"x", mime_type="application/pdf")
        await runner.artifact_service.save_artifact(**files, filename="report.pdf", artifact=part)
        versions = await runner.artifact_service.list_versions(**files, filename="report.pdf")
        print(len((await svc.get_session(**files)).events), versions)
    await svc.close()

asyncio.run(main())
"""

REWIND = """\
await runner.rewind_async(user_id=user, session_id=session, rewind_before_invocation_id=bad_id)
"""

LONG_CHAT = """\
from google.adk.agents.run_config import RunConfig
from google.adk.apps import EventsCompactionConfig
from google.adk.sessions.base_session_service import GetSessionConfig

compaction = EventsCompactionConfig(
    compaction_interval=10, overlap_size=2, token_threshold=50_000, event_retention_size=50
)
cfg = RunConfig(get_session_config=GetSessionConfig(num_recent_events=50))
"""


def ours(code: str) -> str:
    return code.replace("google.adk", "adkconf")


async def run_block(code: str, **names: Any) -> dict[str, Any]:
    """Runs a block, awaits included, and returns the names it leaves."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    result = eval(compile(ours(code), "document", "exec", flags=flags, dont_inherit=True), names)
    if inspect.iscoroutine(result):
        await result
    return names


@pytest.mark.parametrize("line", IMPORTS.splitlines())
async def test_each_import_line_works(line: str) -> None:
    names = await run_block(line)
    assert all(value is not None for name, value in names.items() if name != "__builtins__")


def test_minimal_example(gemini_server: GeminiServer, capsys: Any) -> None:
    gemini_server.put(answers("Hello!"))
    exec(compile(ours(MINIMAL), "document", "exec"), {"__name__": "document"})
    assert capsys.readouterr().out == "chat → Hello!\n"
    assert gemini_server.requests[0].model == "gemini-2.5-flash"


async def test_app_container() -> None:
    app = (await run_block(APP, my_agent_or_workflow=LlmAgent(name="chat", model="echo")))["app"]
    assert [plugin.name for plugin in app.plugins] == ["logging_plugin"]
    events = await InMemoryRunner(app=app).run_debug("Hi", quiet=True)
    assert texts([event.content for event in events if event.content]) == ["model: Hi"]


async def test_runner_constructor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    services = {
        "memory_service": InMemoryMemoryService(),
        "artifact_service": InMemoryArtifactService(),
        "credential_service": InMemoryCredentialService(),
    }
    app = App(name="demo", root_agent=LlmAgent(name="chat", model="echo"))
    runner = (await run_block(RUNNER, app=app, **services))["runner"]
    assert {name: getattr(runner, name) for name in services} == services
    await runner.run_debug("Hi", quiet=True)
    await runner.session_service.close()
    assert (tmp_path / "adk.db").exists()


async def test_run_config() -> None:
    cfg = (await run_block(RUN_CONFIG))["cfg"]
    assert (cfg.streaming_mode.value, cfg.max_llm_calls) == ("sse", 50)
    assert cfg.get_session_config.num_recent_events == 20


async def test_postgres_session_service() -> None:
    service = (await run_block(POSTGRES))["svc"]
    assert type(service).__name__ == "DatabaseSessionService"
    await service.close()


async def test_pattern_1_dev_loop(capsys: Any) -> None:
    model = Replies(steps=["Hello!", "I do not know."])
    await run_block(DEBUG, agent=LlmAgent(name="chat", model=model))
    assert capsys.readouterr().out.count("chat > ") == 2
    assert texts(model.requests[1].contents)[:2] == ["user: Hi", "model: Hello!"]


def test_pattern_3_survives_the_process(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", ours(LOCAL)]
    printed = [
        subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
        for _ in range(2)
    ]
    assert [done.stdout for done in printed] == [b"2 [0]\n", b"4 [0, 1]\n"]


async def test_pattern_4_takes_a_bad_turn_back(tmp_path: Path) -> None:
    async def spoil(tool_context: ToolContext) -> str:
        """Spoils."""
        tool_context.state["mood"] = "bad"
        part = types.Part.from_bytes(data=b"bad", mime_type="image/png")
        await tool_context.save_artifact("mood.png", part)
        return "spoilt"

    model = Replies(steps=["fine", [("spoil", {})], "oops", "better"])
    runner = InMemoryRunner(agent=LlmAgent(name="chat", model=model, tools=[spoil]))
    runner.artifact_service = FileArtifactService(root_dir=tmp_path)
    await runner.run_debug("one", quiet=True)
    bad_id = (await runner.run_debug("two", quiet=True))[0].invocation_id
    ids = {"user_id": "debug_user_id", "session_id": "debug_session_id"}
    await run_block(
        REWIND, runner=runner, user=ids["user_id"], session=ids["session_id"], bad_id=bad_id
    )
    names = {"app_name": runner.app_name, **ids}
    session = await runner.session_service.get_session(**names)
    assert session.state == {}
    assert await runner.artifact_service.load_artifact(**names, filename="mood.png") is None
    await runner.run_debug("again", quiet=True)
    assert texts(model.requests[-1].contents) == ["user: one", "model: fine", "user: again"]


async def test_pattern_5_long_chat() -> None:
    names = await run_block(LONG_CHAT)
    model = Replies(steps=["a very long answer that says the same again and again " * 9])
    root = LlmAgent(name="chat", model=model)
    app = App(name="demo", root_agent=root, events_compaction_config=names["compaction"])
    runner = InMemoryRunner(app=app)
    for number in range(31):
        await runner.run_debug(f"m{number}", quiet=True, run_config=names["cfg"])
    ids = {"user_id": "debug_user_id", "session_id": "debug_session_id"}
    session = await runner.session_service.get_session(app_name="demo", **ids)
    assert sum(event.actions.compaction is not None for event in session.events) == 3
    assert [content.role for content in model.requests[-1].contents] == ["model", "user"]
