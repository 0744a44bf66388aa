"""`adkconf migrate` on databases that google-adk wrote."""

from __future__ import annotations

import asyncio
import pickle
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine
from sqlalchemy.orm import Session as OrmSession

from adkconf.cli.commands import commands
from adkconf.errors import AdkconfError
from adkconf.sessions import DatabaseSessionService, Session
from adkconf.sessions.sqlite_session_service import SqliteSessionService

pytest.importorskip("google.adk")
from google.adk.auth.auth_tool import AuthConfig
from google.adk.events.event import Event as AdkEvent
from google.adk.events.event_actions import EventActions as AdkActions
from google.adk.sessions.schemas import v0
from google.adk.sessions.session import Session as AdkSession
from google.genai import types

from adkconf.events.event import Event

Adkconf = Callable[..., Result]
APP = """
name: app
root_agent: {model: echo, instruction: x}
services: {session: "sqlite:///old.db"}
"""
ACTIONS = {
    "state_delta": {"n": 2, "app:a": [1, {"b": None}]},
    "artifact_delta": {"f.txt": 3},
    "transfer_to_agent": "other",
    "escalate": True,
    "requested_tool_confirmations": {"c": {"hint": "sure?", "payload": {"p": 1}}},
    "compaction": {
        "start_timestamp": 1.0,
        "end_timestamp": 2.0,
        "compacted_content": {"role": "model", "parts": [{"text": "short"}]},
    },
}


@pytest.fixture
def adkconf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Adkconf:
    """Runs the command in this process; errors on purpose end it as they end the real one."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(commands, arguments)
        if isinstance(result.exception, AdkconfError):
            result.stderr_bytes = str(result.exception).encode()
        else:
            assert result.exception is None
        return result

    return run


def adk_events() -> list[AdkEvent]:
    auth = AuthConfig.model_validate(
        {"auth_scheme": {"type": "apiKey", "in": "header", "name": "X"}, "credential_key": "k"}
    )
    actions = AdkActions.model_validate({**ACTIONS, "requested_auth_configs": {"c": auth}})
    content = types.Content(
        role="model",
        parts=[
            types.Part(text="hällo"),
            types.Part(inline_data=types.Blob(mime_type="a/b", data=b"\xff\x00")),
        ],
    )
    said = {"invocation_id": "i", "author": "a", "content": content, "branch": "a.b"}
    return [
        AdkEvent(id=f"e{n}", timestamp=1.7e9 + n / 8, actions=actions, **said, error_code="E",
                 turn_complete=True, long_running_tool_ids={"c"}, custom_metadata={"k": [1]})
        for n in range(3)
    ]  # fmt: skip


def write_schema_0(path: Path, sessions: int = 1) -> list[AdkEvent]:
    """Writes with google-adk's own classes of that schema."""
    engine = create_engine(f"sqlite:///{path}")
    v0.Base.metadata.create_all(engine)
    events = adk_events()
    moment = v0.timestamp_to_utc_datetime(events[-1].timestamp)
    with OrmSession(engine) as orm:
        orm.add(v0.StorageAppState(app_name="app", state={"a": 1}, update_time=moment))
        orm.add(
            v0.StorageUserState(app_name="app", user_id="u", state={"u": 2}, update_time=moment)
        )
        for n in range(sessions):
            session = AdkSession(id=f"s{n}", app_name="app", user_id="u")
            orm.add(v0.StorageSession(
                app_name="app", user_id="u", id=session.id, state={"n": 2},
                create_time=v0.timestamp_to_utc_datetime(1.6e9), update_time=moment,
            ))  # fmt: skip
            orm.flush()
            orm.add_all(v0.StorageEvent.from_event(session, event) for event in events)
        orm.commit()
    engine.dispose()
    return events


def stored(path: Path, session_id: str = "s0") -> Session | None:
    async def read() -> Session | None:
        service = DatabaseSessionService(f"sqlite:///{path}")
        found = await service.get_session(app_name="app", user_id="u", session_id=session_id)
        await service.close()
        return found

    return asyncio.run(read())


def as_json(event: Any) -> dict[str, Any]:
    return event.model_dump(mode="json", exclude_none=True)


def test_schema_0_is_replaced_and_kept(adkconf: Adkconf, write, tmp_path):
    write("app.yaml", APP)
    events = write_schema_0(tmp_path / "old.db")
    done = adkconf("migrate", "app.yaml")
    assert (done.exit_code, done.stdout) == (0, ""), done.stderr
    assert "migrated 1 session with 3 events of schema 0" in done.stderr
    session = stored(tmp_path / "old.db")
    assert [as_json(each) for each in session.events] == [as_json(each) for each in events]
    assert session.state == {"n": 2, "app:a": 1, "user:u": 2}
    assert session.last_update_time == events[-1].timestamp
    with sqlite3.connect(tmp_path / "old.db.before-migration") as kept:
        assert kept.execute("SELECT count(actions) FROM events").fetchone() == (3,)
    kept.close()
    for again in (adkconf("migrate", "app.yaml"), adkconf("migrate", "app.yaml", "--dry-run")):
        assert again.exit_code != 0
        assert "has schema 1 already: nothing to migrate" in again.stderr


def test_dry_run_reads_all_and_writes_nothing(adkconf: Adkconf, write, tmp_path):
    write("app.yaml", APP)
    write_schema_0(tmp_path / "old.db")
    before = (tmp_path / "old.db").read_bytes()
    done = adkconf("migrate", "app.yaml", "--dry-run")
    assert done.exit_code == 0
    assert "can be migrated; nothing was written" in done.stderr
    assert (tmp_path / "old.db").read_bytes() == before
    assert sorted(path.name for path in tmp_path.glob("old*")) == ["old.db"]


def test_what_is_there_already_is_passed_over(adkconf: Adkconf, write, tmp_path):
    write("app.yaml", APP)
    write_schema_0(tmp_path / "old.db", sessions=3)
    assert adkconf("migrate", "app.yaml", "--to", "sqlite:///new.db").exit_code == 0
    with sqlite3.connect(tmp_path / "new.db") as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("DELETE FROM sessions WHERE id = 's1'")
    connection.close()
    assert adkconf("migrate", "app.yaml", "--to", "sqlite:///new.db").exit_code == 0
    assert [len(stored(tmp_path / "new.db", f"s{n}").events) for n in range(3)] == [3, 3, 3]


class Attack:
    def __reduce__(self) -> Any:
        return (Path.touch, (Path("pwned"),))


def test_pickled_code_is_never_called(adkconf: Adkconf, write, tmp_path):
    write("app.yaml", APP)
    write_schema_0(tmp_path / "old.db")
    with sqlite3.connect(tmp_path / "old.db") as connection:
        evil = pickle.dumps(Attack())
        connection.execute("UPDATE events SET actions = ? WHERE id = 'e1'", [evil])
    connection.close()
    done = adkconf("migrate", "app.yaml")
    assert done.exit_code != 0
    assert "event 'e1' cannot be read" in done.stderr
    assert "is no part of an event's actions" in done.stderr
    assert not (tmp_path / "pwned").exists()
    assert not (tmp_path / "old.db.before-migration").exists()


def test_file_of_the_sqlite_service_gets_schema_1(adkconf: Adkconf, write, tmp_path):
    async def prepare() -> None:
        service = SqliteSessionService(tmp_path / "old.db")
        session = await service.create_session(
            app_name="app", user_id="u", session_id="s0", state={"n": 1, "user:u": 2}
        )
        await service.append_event(session, Event(id="e", author="x", state={"n": 2}))
        await service.close()

    asyncio.run(prepare())
    before = stored(tmp_path / "old.db")
    write("app.yaml", APP)
    done = adkconf("migrate", "app.yaml")
    assert done.exit_code == 0, done.stderr
    assert stored(tmp_path / "old.db") == before
    with sqlite3.connect(tmp_path / "old.db") as connection:
        versions = connection.execute("SELECT value FROM adk_internal_metadata").fetchall()
    connection.close()
    assert versions == [("1",)]


@pytest.mark.parametrize(
    ("uri", "problem"),
    [("memory://", "no database"), ("sqlite:///none.db", "none.db does not exist")],
)
def test_nothing_to_migrate_is_said(adkconf: Adkconf, write, uri, problem):
    write("app.yaml", APP.replace("sqlite:///old.db", uri))
    done = adkconf("migrate", "app.yaml")
    assert done.exit_code != 0
    assert problem in done.stderr
