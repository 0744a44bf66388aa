"""A rewind is the inverse of the runs it takes back."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LlmAgent
from adkconf.agents.run_config import RunConfig
from adkconf.artifacts import FileArtifactService, InMemoryArtifactService
from adkconf.errors import InvocationNotFoundError, SessionBusyError, SessionNotFoundError
from adkconf.runners import Runner
from adkconf.sessions import DatabaseSessionService, GetSessionConfig, InMemorySessionService
from adkconf.sessions.sqlite_session_service import SqliteSessionService
from tests.conftest import Replies, says, texts

IDS = {"user_id": "u", "session_id": "s"}
OF_SESSION = {"app_name": "demo", **IDS}
INITIAL = {"kept": 1, "changed": {"a": [1]}, "none": None, "app:x": 1, "user:y": 1}

MakeRunner = Callable[..., Awaitable[Runner]]


@pytest.fixture(params=["memory", "database", "sqlite-only"])
async def make_runner(request: Any, tmp_path: Path) -> AsyncIterator[MakeRunner]:
    """Makes a runner whose session was created with a state."""
    service = {
        "memory": InMemorySessionService,
        "database": lambda: DatabaseSessionService(f"sqlite:///{tmp_path / 'a.db'}"),
        "sqlite-only": lambda: SqliteSessionService(str(tmp_path / "b.db")),
    }[request.param]()
    files = (
        InMemoryArtifactService() if request.param == "memory" else FileArtifactService(tmp_path)
    )

    async def make(initial: dict[str, Any] | None = INITIAL) -> Runner:
        model = Replies(steps=["one", "two", "three", "four"])
        await service.create_session(**OF_SESSION, state=initial)
        return Runner(
            agent=LlmAgent(name="chat", model=model),
            app_name="demo",
            session_service=service,
            artifact_service=files,
        )

    yield make
    await service.close()


async def turn(runner: Runner, delta: dict[str, Any] | None = None, text: str = "hi") -> str:
    """Runs a turn that changes the state; returns its invocation id."""
    run = runner.run_async(**IDS, new_message=says(text, "user"), state_delta=delta)
    return [event async for event in run][-1].invocation_id


async def state(runner: Runner) -> dict[str, Any]:
    session = await runner.session_service.get_session(**OF_SESSION)
    assert session is not None
    return session.state


async def rewind(runner: Runner, before: str) -> None:
    await runner.rewind_async(**IDS, rewind_before_invocation_id=before)


async def test_state_equals_the_snapshot_before_the_run(make_runner: MakeRunner) -> None:
    runner = await make_runner()
    await turn(runner, {"first": 1, "none": 0})
    before = await state(runner)
    bad = await turn(runner, {"changed": 2, "added": 3, "first": None, "none": 1})
    await turn(runner, {"later": 4, "kept": None})
    await rewind(runner, bad)
    assert await state(runner) == before


async def test_rewinding_the_first_run_restores_the_state_of_creation(
    make_runner: MakeRunner,
) -> None:
    runner = await make_runner()
    first = await turn(runner, {"kept": 2, "changed": 2, "none": 2, "added": 2})
    await rewind(runner, first)
    assert await state(runner) == INITIAL


async def test_a_value_of_none_comes_back_as_none(make_runner: MakeRunner) -> None:
    runner = await make_runner(None)
    await turn(runner, {"k": None})
    bad = await turn(runner, {"k": 1})
    await rewind(runner, bad)
    assert await state(runner) == {"k": None}


async def test_state_of_app_and_user_stays(make_runner: MakeRunner) -> None:
    runner = await make_runner()
    bad = await turn(runner, {"app:x": 2, "user:y": 2, "user:z": 2})
    await rewind(runner, bad)
    assert await state(runner) == {**INITIAL, "app:x": 2, "user:y": 2, "user:z": 2}


async def test_rewinds_can_be_repeated_and_nested(make_runner: MakeRunner) -> None:
    runner = await make_runner()
    first = await turn(runner, {"kept": 2})
    before = await state(runner)
    second = await turn(runner, {"kept": 3})
    await rewind(runner, second)
    await turn(runner, {"kept": 4, "new": 4})
    await rewind(runner, second)
    assert await state(runner) == before
    await turn(runner, {"kept": 5})
    await rewind(runner, first)
    assert await state(runner) == INITIAL


async def test_one_event_is_appended_and_none_is_lost(make_runner: MakeRunner) -> None:
    runner = await make_runner()
    bad = await turn(runner, {"kept": 2, "added": 1})
    await rewind(runner, bad)
    session = await runner.session_service.get_session(**OF_SESSION)
    assert session is not None
    assert len(session.events) == 3
    event = session.events[-1]
    assert (event.author, event.content) == ("user", None)
    assert event.invocation_id.startswith("e-")
    assert event.actions.rewind_before_invocation_id == bad
    assert event.actions.state_delta == {"kept": 1, "added": None}


async def test_what_was_undone_is_not_shown_again(make_runner: MakeRunner) -> None:
    runner = await make_runner()
    await turn(runner, text="a")
    bad = await turn(runner, text="b")
    await rewind(runner, bad)
    await turn(runner, text="c")
    await rewind(runner, bad)
    await turn(runner, text="d")
    model = runner.agent.model  # type: ignore[attr-defined]
    assert texts(model.requests[-1].contents) == ["user: a", "model: one", "user: d"]


async def test_files_return_to_their_version_then(make_runner: MakeRunner) -> None:
    runner = await make_runner()
    files = runner.artifact_service
    assert files is not None

    async def save(callback_context: Any) -> None:
        text = callback_context.user_content.parts[0].text
        for name in text.split():
            await callback_context.save_artifact(name, types.Part(text=f"{name} {text}"))

    async def load(name: str) -> str | None:
        part = await files.load_artifact(**OF_SESSION, filename=name)
        return part.text if part else None

    runner.agent.before_agent_callback = save
    await turn(runner, text="a b user:c")
    bad = await turn(runner, text="a new user:c")
    await rewind(runner, bad)
    assert [await load("a"), await load("b")] == ["a a b user:c", "b a b user:c"]
    assert await load("new") is None
    assert await files.list_artifact_keys(**OF_SESSION) == ["a", "b", "user:c"]
    assert await load("user:c") == "user:c a new user:c"
    assert await files.list_versions(**OF_SESSION, filename="a") == [0, 1, 2]
    again = await turn(runner, text="new")
    await rewind(runner, again)
    assert await load("new") is None


async def test_session_and_run_must_exist(make_runner: MakeRunner) -> None:
    runner = await make_runner()
    with pytest.raises(InvocationNotFoundError, match="nope"):
        await rewind(runner, "nope")
    runner.auto_create_session = True
    with pytest.raises(SessionNotFoundError):
        await runner.rewind_async(
            user_id="u", session_id="other", rewind_before_invocation_id="nope"
        )
    assert len((await runner.session_service.list_sessions(app_name="demo")).sessions) == 1


async def test_the_whole_log_is_read_whatever_the_limits(
    make_runner: MakeRunner, caplog: pytest.LogCaptureFixture
) -> None:
    runner = await make_runner()
    first = await turn(runner, {"kept": 2})
    await turn(runner, {"kept": 3})
    limits = RunConfig(get_session_config=GetSessionConfig(num_recent_events=1))
    await runner.rewind_async(**IDS, rewind_before_invocation_id=first, run_config=limits)
    assert await state(runner) == INITIAL
    assert "get_session_config" in caplog.text


async def test_a_rewind_waits_for_the_run_that_holds_the_session() -> None:
    service, begun, release = InMemorySessionService(), asyncio.Event(), asyncio.Event()

    async def wait(callback_context: Any) -> None:
        begun.set()
        await release.wait()

    agent = LlmAgent(name="chat", model=Replies(steps=["x"]), before_agent_callback=wait)
    runner = Runner(agent=agent, app_name="demo", session_service=service)
    await service.create_session(**OF_SESSION)
    running = asyncio.create_task(turn(runner, {"k": 1}))
    await begun.wait()
    runner.on_busy = "reject"
    with pytest.raises(SessionBusyError):
        await rewind(runner, "any")
    runner.on_busy = "queue"
    session = await service.get_session(**OF_SESSION)
    assert session is not None
    waiting = asyncio.create_task(rewind(runner, session.events[0].invocation_id))
    release.set()
    await asyncio.gather(running, waiting)
    assert await state(runner) == {}


async def test_initial_state_of_other_writers_is_kept_where_nothing_changed_it(
    tmp_path: Path,
) -> None:
    """google-adk's events do not tell what their session was created with."""
    adk = pytest.importorskip("google.adk.sessions.sqlite_session_service")
    event = importlib.import_module("google.adk.events.event").Event(author="user")
    path = str(tmp_path / "theirs.db")
    theirs = adk.SqliteSessionService(path)
    session = await theirs.create_session(**OF_SESSION, state={"a": 1, "b": 1})
    await theirs.append_event(session, event)
    service = SqliteSessionService(path)
    agent = LlmAgent(name="chat", model=Replies(steps=["x"]))
    runner = Runner(agent=agent, app_name="demo", session_service=service)
    bad = await turn(runner, {"b": 2, "c": 2})
    await rewind(runner, bad)
    assert await state(runner) == {"a": 1}
    await service.close()


@pytest.mark.filterwarnings("ignore")
async def test_google_adk_reads_a_session_that_was_rewound(tmp_path: Path) -> None:
    adk = pytest.importorskip("google.adk.sessions.sqlite_session_service")
    path = str(tmp_path / "ours.db")
    service = SqliteSessionService(path)
    await service.create_session(**OF_SESSION, state={"a": 1})
    agent = LlmAgent(name="chat", model=Replies(steps=["x"]))
    runner = Runner(agent=agent, app_name="demo", session_service=service)
    await rewind(runner, await turn(runner, {"a": 2, "b": 2}))
    await service.close()
    theirs = await adk.SqliteSessionService(path).get_session(**OF_SESSION)
    assert theirs.state == {"a": 1}
    assert theirs.events[-1].actions.rewind_before_invocation_id == theirs.events[0].invocation_id
