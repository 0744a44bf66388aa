"""Databases go from google-adk to here and back, and nothing is lost on the way."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from adkconf.errors import ServiceError
from adkconf.events.event import Event
from adkconf.sessions import DatabaseSessionService, GetSessionConfig
from adkconf.sessions.sqlite_session_service import SqliteSessionService

adk_database = pytest.importorskip("google.adk.sessions.database_session_service")
adk_sqlite = pytest.importorskip("google.adk.sessions.sqlite_session_service")
adk_events = pytest.importorskip("google.adk.events.event")

IDS: dict[str, str] = {"app_name": "app", "user_id": "u", "session_id": "s"}
STATE = {"app:a": {"deep": [1, None]}, "user:u": "ü", "s": 1.5}

# Every field of an event that a store could lose, in its JSON form.
FULL = {
    "id": "e1",
    "invocation_id": "i1",
    "author": "agent",
    "timestamp": 1_700_000_000.123456,
    "content": {
        "role": "model",
        "parts": [
            {"text": "hällo 😀", "thought": True},
            {"inline_data": {"mime_type": "image/png", "data": "__4APz4="}},
            {"function_call": {"id": "c1", "name": "f", "args": {"x": [1, 2.5, None]}}},
            {"function_response": {"id": "c1", "name": "f", "response": {"r": True}}},
        ],
    },
    "partial": False,
    "turn_complete": True,
    "error_code": "E",
    "error_message": "why",
    "interrupted": False,
    "finish_reason": "STOP",
    "model_version": "m-1",
    "custom_metadata": {"k": [1]},
    "usage_metadata": {"prompt_token_count": 3},
    "long_running_tool_ids": ["c1"],
    "branch": "a.b",
    "isolation_scope": "scope",
    "output": {"any": 1},
    "node_info": {"path": "root@1/a@1", "output_for": ["root@1"]},
    "actions": {
        "state_delta": {"s": 2, "app:a": 3, "n": None},
        "artifact_delta": {"f.txt": 1},
        "transfer_to_agent": "other",
        "escalate": True,
        "skip_summarization": True,
        "requested_tool_confirmations": {"c1": {"hint": "sure?", "payload": {"p": 1}}},
        "compaction": {
            "start_timestamp": 1.0,
            "end_timestamp": 2.0,
            "compacted_content": {"role": "model", "parts": [{"text": "short"}]},
        },
        "end_of_agent": True,
        "agent_state": {"step": 2},
        "rewind_before_invocation_id": "i0",
        "route": ["a", 1],
        "render_ui_widgets": [{"id": "w", "provider": "mcp", "payload": {"x": 1}}],
    },
}


def engines(layout: str, path: Path) -> tuple[Any, Any]:
    """A function for each side that opens the same file."""
    if layout == "version 1":
        return on_each_side(f"sqlite+aiosqlite:///{path}")
    return lambda: adk_sqlite.SqliteSessionService(str(path)), lambda: SqliteSessionService(path)


def on_each_side(url: str) -> tuple[Any, Any]:
    return (
        lambda: adk_database.DatabaseSessionService(url),
        lambda: DatabaseSessionService(url),
    )


def as_json(event: Any) -> dict[str, Any]:
    return event.model_dump(mode="json", exclude_none=True)


@pytest.fixture(params=["version 1", "sqlite only", "postgresql"])
async def both(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Any, Any]:
    if request.param != "postgresql":
        return engines(request.param, tmp_path / "sessions.db")
    url = make_url(request.getfixturevalue("postgresql_url")).set(drivername="postgresql+asyncpg")
    fresh = f"fresh_{uuid4().hex}"
    server = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with server.connect() as connection:
        await connection.exec_driver_sql(f"CREATE DATABASE {fresh}")
    await server.dispose()
    return on_each_side(url.set(database=fresh).render_as_string(hide_password=False))


async def test_what_google_adk_wrote_opens_here(both):
    theirs, ours = both[0](), both[1]()
    session = await theirs.create_session(**IDS, state=STATE)
    events = [
        adk_events.Event.model_validate({**FULL, "id": f"e{n}", "timestamp": 1.7e9 + n / 7})
        for n in range(3)
    ]
    for event in events:
        await theirs.append_event(session, event)
    await theirs.close()
    found = await ours.get_session(**IDS)
    assert [as_json(event) for event in found.events] == [as_json(event) for event in events]
    assert found.state == {"app:a": 3, "user:u": "ü", "s": 2, "n": None}
    assert (await ours.get_user_state(app_name="app", user_id="u")) == {"u": "ü"}
    run = await ours.load_for_run(**IDS)
    assert [event.id for event in run.events] == ["e0", "e1", "e2"]
    limits = GetSessionConfig(num_recent_events=1)
    assert [e.id for e in (await ours.get_session(**IDS, config=limits)).events] == ["e2"]
    await ours.close()


async def test_what_was_written_here_opens_in_google_adk(both):
    theirs, ours = both[0](), both[1]()
    session = await ours.create_session(**IDS, state=STATE)
    events = [Event.model_validate({**FULL, "id": f"e{n}"}) for n in range(3)]
    for event in events:
        await ours.append_event(session, event)
    await ours.close()
    found = await theirs.get_session(**IDS)
    assert [as_json(event) for event in found.events] == [as_json(event) for event in events]
    assert found.state == {"app:a": 3, "user:u": "ü", "s": 2, "n": None}
    assert found.last_update_time == session.last_update_time
    await theirs.append_event(found, adk_events.Event(author="them"))
    listed = await theirs.list_sessions(app_name="app", user_id="u")
    assert [each.id for each in listed.sessions] == ["s"]
    await theirs.close()


async def test_both_sides_may_take_turns_on_one_session(both):
    ours = both[1]()
    await ours.create_session(**IDS)
    for n in range(3):
        run = await ours.load_for_run(**IDS)
        assert len(run.events) == 2 * n
        await ours.append_event(run, Event(author="us", state={"n": n, "app:n": n}))
        theirs = both[0]()
        session = await theirs.get_session(**IDS)
        assert session.state == {"n": n, "app:n": n}
        await theirs.append_event(session, adk_events.Event(author="them"))
        await theirs.close()
    authors = [event.author for event in (await ours.load_for_run(**IDS)).events]
    assert authors == ["us", "them"] * 3
    await ours.close()


async def test_tables_are_the_same_as_those_google_adk_makes(tmp_path):
    for layout, name in [("version 1", "v1"), ("sqlite only", "only")]:
        shapes = []
        for side in range(2):
            path = tmp_path / f"{name}{side}.db"
            service = engines(layout, path)[side]()
            await service.create_session(**IDS)
            await service.close()
            shapes.append(shape_of(path))
        theirs, ours = shapes
        assert ours["columns"] == theirs["columns"]
        assert ours["foreign keys"] == theirs["foreign keys"]
        assert ours["versions"] == theirs["versions"]


def shape_of(path: Path) -> dict[str, Any]:
    with sqlite3.connect(path) as connection:
        run = lambda sql: connection.execute(sql).fetchall()  # noqa: E731
        tables = sorted(row[0] for row in run("SELECT name FROM sqlite_master WHERE type='table'"))
        shape = {
            "columns": {
                t: [(c[1], c[2].upper(), c[5]) for c in run(f"PRAGMA table_info({t})")]
                for t in tables
            },
            "foreign keys": {
                t: [k[2:7] for k in run(f"PRAGMA foreign_key_list({t})")] for t in tables
            },
            "versions": run("SELECT * FROM adk_internal_metadata")
            if "adk_internal_metadata" in tables
            else None,
        }
    connection.close()
    return shape


@pytest.mark.parametrize("written_by", ["version 1", "sqlite only"])
@pytest.mark.parametrize("opened_as", ["version 1", "sqlite only"])
async def test_each_service_opens_files_of_either_layout(tmp_path, written_by, opened_as):
    path = tmp_path / "sessions.db"
    writer = engines(written_by, path)[1]()
    session = await writer.create_session(**IDS)
    await writer.append_event(session, Event(author="x"))
    await writer.close()
    reader = engines(opened_as, path)[1]()
    run = await reader.load_for_run(**IDS)
    await reader.append_event(run, Event(author="y"))
    assert [e.author for e in (await reader.get_session(**IDS)).events] == ["x", "y"]
    await reader.close()


async def test_legacy_schema_is_named_with_the_way_out(tmp_path):
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE sessions (app_name TEXT, user_id TEXT, id TEXT)")
        connection.execute("CREATE TABLE events (id TEXT, actions BLOB, content TEXT)")
    connection.close()
    service = DatabaseSessionService(f"sqlite:///{path}")
    with pytest.raises(ServiceError, match="schema 0.*adkconf migrate FILE"):
        await service.open()
    await service.close()
