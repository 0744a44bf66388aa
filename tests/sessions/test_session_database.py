"""What is particular to SQL: URLs, failures, cost, and several holders of one database."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.ext.asyncio import create_async_engine

from adkconf.errors import (
    InputValidationError,
    MissingExtraError,
    ServiceError,
    ServiceUnavailableError,
)
from adkconf.events.event import Event
from adkconf.sessions import DatabaseSessionService, GetSessionConfig
from adkconf.sessions.session_page import PageRequest
from adkconf.sql import connect

IDS: dict[str, str] = {"app_name": "app", "user_id": "u", "session_id": "s"}


async def conversation(service: DatabaseSessionService, length: int) -> None:
    session = await service.create_session(**IDS)
    for n in range(length):
        await service.append_event(session, Event(author="x", output=n))


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"])
async def test_every_sqlite_url_works(tmp_path, scheme):
    service = DatabaseSessionService(f"{scheme}:///{tmp_path / 's.db'}")
    await conversation(service, 1)
    await service.close()
    assert (tmp_path / "s.db").exists()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite+aiosqlite:///:memory:"])
async def test_sqlite_in_memory_works(url):
    service = DatabaseSessionService(url)
    await conversation(service, 2)
    assert len((await service.get_session(**IDS)).events) == 2
    await service.close()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
async def test_every_postgresql_url_works(postgresql_url, scheme, app):
    rest = postgresql_url.partition("://")[2]
    service = DatabaseSessionService(f"{scheme}://{rest}?sslmode=prefer")
    await service.create_session(app_name=app, user_id="u")
    await service.close()


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("no url at all", "cannot be read"),
        ("postgresql://u:secret@[::1/x", "cannot be read"),
        ("oracle://u:secret@h/x", "'oracle'.*supported are: sqlite"),
        ("postgresql+psycopg2://u:secret@h/x", r"not asynchronous; use postgresql\+asyncpg"),
        ("postgresql+nosuch://u:secret@h/x", r"'nosuch'.*use postgresql\+asyncpg"),
        ("mysql+pymysql://u:secret@h/x", r"not asynchronous; use mysql\+aiomysql"),
    ],
)
def test_url_that_cannot_be_used_says_why(url, problem):
    with pytest.raises(InputValidationError, match=problem) as raised:
        DatabaseSessionService(url)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "package", "extra"),
    [("postgresql://h/x", "asyncpg", "postgres"), ("mysql://h/x", "aiomysql", "mysql")],
)
def test_missing_driver_names_the_extra(monkeypatch, url, package, extra):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"{package}.*adkconf\[{extra}\]"):
        DatabaseSessionService(url)


def test_exactly_one_of_url_and_engine_is_needed():
    with pytest.raises(InputValidationError, match="either"):
        DatabaseSessionService()
    with pytest.raises(InputValidationError, match="either"):
        DatabaseSessionService("sqlite://", db_engine=create_async_engine("sqlite+aiosqlite://"))


@pytest.mark.parametrize("options", [{"echo": True}, {"synchronous": "NORMAL"}])
def test_options_for_an_engine_that_exists_are_refused(options):
    engine = create_async_engine("sqlite+aiosqlite://")
    with pytest.raises(InputValidationError, match=next(iter(options))):
        DatabaseSessionService(db_engine=engine, **options)


def test_options_that_would_do_nothing_are_refused():
    with pytest.raises(InputValidationError, match="'synchronous' is a setting of SQLite"):
        DatabaseSessionService("postgresql://h/x", synchronous="NORMAL")
    with pytest.raises(InputValidationError, match="no_such_option"):
        DatabaseSessionService("sqlite://", no_such_option=1)


async def test_engine_of_the_caller_stays_open(tmp_path):
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 's.db'}")
    service = DatabaseSessionService(db_engine=engine)
    await conversation(service, 1)
    await service.close()
    async with engine.connect() as connection:
        assert (await connection.exec_driver_sql("SELECT count(*) FROM events")).scalar() == 1
    await engine.dispose()


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("/missing/s.db", "unable to open database file; check that the directory exists"),
        ("/text.db", "file is not a database"),
        ("/empty.db?mode=ro&uri=true", "readonly database"),
    ],
)
async def test_file_that_cannot_be_opened_is_one_clear_error(tmp_path, place, problem):
    (tmp_path / "text.db").write_text("this is no database, " * 100)
    sqlite3.connect(tmp_path / "empty.db").close()
    prefix = "file:" if "uri=true" in place else ""
    service = DatabaseSessionService(f"sqlite:///{prefix}{tmp_path}{place}")
    for call in (service.open, service.open, lambda: service.get_session(**IDS)):
        with pytest.raises(ServiceUnavailableError, match=problem) as raised:
            await call()
        assert "PRAGMA" not in str(raised.value)
        assert "\n" not in str(raised.value)
    await service.close()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"port": 1}, "onnect"),
        ({"database": "nosuch"}, '"nosuch" does not exist'),
        ({"username": "nobody"}, '"nobody" does not exist'),
    ],
)
async def test_server_that_cannot_be_reached_is_one_clear_error(postgresql_url, change, problem):
    url = connect.make_url(postgresql_url).set(**{"password": "hunter2", **change})
    service = DatabaseSessionService(url.render_as_string(hide_password=False))
    with pytest.raises(ServiceUnavailableError, match=problem) as raised:
        await service.open()
    assert "hunter2" not in str(raised.value)
    await service.close()


async def test_connections_that_died_in_the_pool_are_replaced(postgresql_url, app):
    service = DatabaseSessionService(postgresql_url)
    session = await service.create_session(app_name=app, user_id="u")
    engine = create_async_engine(postgresql_url.replace("://", "+asyncpg://"))
    for n in range(3):
        async with engine.connect() as connection:
            await connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        await service.append_event(session, Event(author="x", output=n))
    assert [event.output for event in session.events] == [0, 1, 2]
    await engine.dispose()
    await service.close()


async def test_text_that_postgresql_cannot_hold_is_the_callers_error(postgresql_url, app):
    service = DatabaseSessionService(postgresql_url)
    session = await service.create_session(app_name=app, user_id="u")
    with pytest.raises(InputValidationError, match="cannot store a value"):
        await service.append_event(session, Event(author="x", output="a\0b"))
    await service.append_event(session, Event(author="x", output="fine"))
    await service.close()


@pytest.mark.parametrize("value", [object(), float("nan"), [float("inf")], {"deep": {"f": len}}])
async def test_state_that_json_cannot_carry_is_refused_before_storing(sqlite_url, value):
    service = DatabaseSessionService(sqlite_url)
    with pytest.raises(InputValidationError, match="'user:bad'"):
        await service.create_session(**IDS, state={"good": 1, "user:bad": value})
    assert await service.get_session(**IDS) is None
    session = await service.create_session(**IDS)
    with pytest.raises(InputValidationError, match="'bad'"):
        await service.append_event(session, Event(author="x", state={"good": 1, "bad": value}))
    found = await service.get_session(**IDS)
    assert (found.events, found.state) == ([], {})
    await service.close()


async def test_content_that_json_cannot_carry_is_refused(sqlite_url):
    service = DatabaseSessionService(sqlite_url)
    session = await service.create_session(**IDS)
    with pytest.raises(InputValidationError, match="event 'e1' of 'x'"):
        await service.append_event(session, Event(id="e1", author="x", output=object()))
    with pytest.raises(InputValidationError, match="invocation_id has 257"):
        await service.append_event(session, Event(author="x", invocation_id="i" * 257))
    await service.close()


async def test_event_that_is_none_is_named(tmp_path):
    path = tmp_path / "s.db"
    service = DatabaseSessionService(f"sqlite:///{path}")
    await conversation(service, 1)
    with sqlite3.connect(path) as connection:
        connection.execute("""UPDATE events SET event_data = '{"content": 5}', id = 'broken'""")
    connection.close()
    with pytest.raises(ServiceError, match="'broken' cannot be read: content"):
        await service.get_session(**IDS)
    await service.close()


@pytest.mark.parametrize(
    ("ddl", "problem"),
    [
        ("CREATE TABLE sessions (token TEXT)", "has tables sessions"),
        ("CREATE TABLE events (day TEXT)", r"'events'.*columns day"),
        (
            (
                "CREATE TABLE adk_internal_metadata (key TEXT, value TEXT);"
                "INSERT INTO adk_internal_metadata VALUES ('schema_version', '7')"
            ),
            "schema '7'; expected '1'",
        ),
    ],
)
async def test_tables_of_others_are_left_alone(tmp_path, ddl, problem):
    path = tmp_path / "s.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(ddl)
    connection.close()
    service = DatabaseSessionService(f"sqlite:///{path}")
    with pytest.raises(ServiceError, match=problem):
        await service.open()
    await service.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)
    connection.close()


async def test_index_that_is_missing_is_made(tmp_path):
    path = tmp_path / "s.db"
    for _ in range(2):
        service = DatabaseSessionService(f"sqlite:///{path}")
        await service.open()
        await service.close()
        with sqlite3.connect(path) as connection:
            indexes = [row[1] for row in connection.execute("PRAGMA index_list(events)")]
            connection.execute("DROP INDEX idx_events_app_user_session_ts_id")
        connection.close()
        assert "idx_events_app_user_session_ts_id" in indexes


@pytest.mark.parametrize(("synchronous", "level"), [(None, 2), ("FULL", 2), ("NORMAL", 1)])
async def test_sqlite_is_durable_unless_told_otherwise(tmp_path, synchronous, level):
    service = DatabaseSessionService(f"sqlite:///{tmp_path / 's.db'}", synchronous=synchronous)
    read = service._database.read
    assert await read(lambda c: c.exec_driver_sql("PRAGMA synchronous").scalar()) == level
    assert await read(lambda c: c.exec_driver_sql("PRAGMA journal_mode").scalar()) == "wal"
    assert await read(lambda c: c.exec_driver_sql("PRAGMA foreign_keys").scalar()) == 1
    await service.close()


async def test_closed_service_says_so(sqlite_url):
    service = DatabaseSessionService(sqlite_url)
    async with service:
        await conversation(service, 1)
    with pytest.raises(ServiceUnavailableError, match="was closed"):
        await service.get_session(**IDS)
    await service.close()


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Every statement that reaches a database; SQLite tells it with its values."""
    seen: list[str] = []

    def connected(connection: Any, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(
                lambda statement: seen.append(" ".join(statement.split()))
            )

    def executed(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if connection.dialect.name != "sqlite":
            seen.append(" ".join(statement.split()))

    event.listen(Engine, "connect", connected)
    event.listen(Engine, "before_cursor_execute", executed)
    yield seen
    event.remove(Engine, "connect", connected)
    event.remove(Engine, "before_cursor_execute", executed)


async def test_a_turn_costs_the_same_however_long_the_session_is(sqlite_url, statements):
    service = DatabaseSessionService(sqlite_url)
    await service.create_session(**IDS)
    costs = []
    for _ in range(300):
        statements.clear()
        run = await service.load_for_run(**IDS)
        await service.append_event(run, Event(author="user"))
        await service.append_event(run, Event(author="agent"))
        costs.append([statement.split()[0] for statement in statements])
    append = ["BEGIN", "SELECT", "INSERT", "UPDATE", "COMMIT"]
    assert costs[1] == costs[-1] == ["BEGIN", "SELECT", "COMMIT", *append, *append]
    assert len(run.events) == 600
    await service.close()


async def test_a_turn_costs_the_same_on_postgresql(postgresql_url, statements, app):
    ids = {"app_name": app, "user_id": "u", "session_id": "s"}
    service, other = DatabaseSessionService(postgresql_url), DatabaseSessionService(postgresql_url)
    await service.create_session(**ids)
    costs = []
    for _ in range(100):
        theirs = await other.load_for_run(**ids)
        await other.append_event(theirs, Event(author="other"))
        statements.clear()
        run = await service.load_for_run(**ids)
        costs.append(len(statements))
        statements.clear()
        await service.append_event(run, Event(author="user", state={"n": 1}))
        await service.append_event(run, Event(author="agent"))
        assert [statement.split()[0] for statement in statements] == ["WITH", "WITH"]
    # The session's row, once more with the events that another process added.
    assert costs[1] == costs[-1] == 3
    assert len(run.events) == 300
    await service.close()
    await other.close()


async def test_a_turn_loads_only_what_others_added(sqlite_url, statements):
    service, other = DatabaseSessionService(sqlite_url), DatabaseSessionService(sqlite_url)
    await conversation(service, 200)
    first = await service.load_for_run(**IDS)
    first.derived["cache"] = "kept"
    before = list(first.events)
    theirs = await other.load_for_run(**IDS)
    for n in range(3):
        await other.append_event(theirs, Event(author="other", output=n, state={"n": n}))
    statements.clear()
    run = await service.load_for_run(**IDS)
    reading = [statement for statement in statements if "FROM events" in statement]
    assert (len(reading), "events.timestamp > '20" in reading[0]) == (1, True)
    assert (len(run.events), run.state) == (203, {"n": 2})
    assert all(old is new for old, new in zip(before, run.events, strict=False))
    assert run.derived == {"cache": "kept"}
    await service.close()
    await other.close()


async def test_append_brings_in_what_others_added_meanwhile(sqlite_url):
    service, other = DatabaseSessionService(sqlite_url), DatabaseSessionService(sqlite_url)
    await conversation(service, 1)
    run, theirs = await service.load_for_run(**IDS), await other.load_for_run(**IDS)
    await other.append_event(theirs, Event(author="other"))
    await service.append_event(run, Event(author="us"))
    assert [event.author for event in run.events] == ["x", "other", "us"]
    stored = await service.get_session(**IDS)
    assert [event.id for event in stored.events] == [event.id for event in run.events]
    await service.close()
    await other.close()


async def test_recent_events_are_selected_by_the_database(sqlite_url, statements):
    service = DatabaseSessionService(sqlite_url)
    await conversation(service, 50)
    await service.get_session(**IDS, config=GetSessionConfig(num_recent_events=3))
    assert any("LIMIT 3" in statement for statement in statements)
    await service.close()


@pytest.mark.parametrize("kind", ["append", "load"])
async def test_session_made_again_elsewhere_replaces_the_one_in_memory(sqlite_url, kind):
    service, other = DatabaseSessionService(sqlite_url), DatabaseSessionService(sqlite_url)
    await conversation(service, 3)
    old = await service.load_for_run(**IDS)
    old.derived["cache"] = "of the old events"
    await other.delete_session(**IDS)
    fresh = await other.create_session(**IDS)
    await other.append_event(fresh, Event(author="new"))
    if kind == "append":
        await service.append_event(old, Event(author="late"))
    run = await service.load_for_run(**IDS)
    expected = ["new", "late"] if kind == "append" else ["new"]
    assert [event.author for event in run.events] == expected
    assert run.derived == {}
    await service.close()
    await other.close()


async def test_listing_takes_as_many_statements_for_many_as_for_one(sqlite_url, statements):
    service = DatabaseSessionService(sqlite_url)
    counts = []
    for n in range(1, 41):
        await service.create_session(app_name="app", user_id=f"u{n % 7}", state={"user:n": n})
        statements.clear()
        assert len((await service.list_sessions(app_name="app")).sessions) == n
        counts.append(len(statements))
    assert set(counts) == {5}
    await service.close()


async def test_a_page_reads_its_own_rows_and_no_state_that_it_does_not_return(
    sqlite_url, statements
):
    service = DatabaseSessionService(sqlite_url)
    for n in range(20):
        await service.create_session(app_name="app", user_id=f"u{n:02}", state={"user:n": n})
    statements.clear()
    bare = await service.list_session_page(PageRequest(app_name="app", size=4, with_state=False))
    (read,) = (each for each in statements if each.startswith("SELECT"))
    assert "LIMIT 5" in read
    assert "state" not in read
    statements.clear()
    behind = PageRequest(app_name="app", size=4, behind=bare.next)
    page = await service.list_session_page(behind)
    assert [each.state for each in page.sessions] == [{"user:n": n} for n in range(4, 8)]
    (users,) = (each for each in statements if "FROM user_states" in each)
    assert "IN ('u04', 'u05', 'u06', 'u07', 'u08')" in users
    await service.close()


def test_service_serves_one_event_loop_after_the_other(tmp_path: Path) -> None:
    service = DatabaseSessionService(f"sqlite:///{tmp_path / 's.db'}")

    async def turn() -> int:
        runs = [await service.load_for_run(**IDS) for _ in range(4)]
        events = (service.append_event(run, Event(author="x")) for run in runs)
        await asyncio.gather(*events)
        return len((await service.load_for_run(**IDS)).events)

    asyncio.run(conversation(service, 0))
    assert [asyncio.run(turn()) for _ in range(3)] == [4, 8, 12]
    asyncio.run(service.close())


async def test_sessions_that_others_lock_hold_up_no_other_session(postgresql_url, app):
    service = DatabaseSessionService(postgresql_url)
    sessions = [await service.create_session(app_name=app, user_id=f"u{n}") for n in range(9)]
    engine = create_async_engine(postgresql_url.replace("://", "+asyncpg://"))
    async with engine.connect() as other:
        lock = text("SELECT 1 FROM sessions WHERE app_name = :app AND user_id < 'u8' FOR UPDATE")
        await other.execute(lock, {"app": app})
        held = []
        for session in sessions[:8]:
            held.append(asyncio.create_task(service.append_event(session, Event(author="x"))))
            await asyncio.sleep(0)
        await asyncio.sleep(0.3)  # until they have left the queue
        async with asyncio.timeout(5):
            await service.append_event(sessions[8], Event(author="x"))
        assert not any(task.done() for task in held)
        await other.rollback()
    await asyncio.gather(*held)
    await engine.dispose()
    await service.close()
