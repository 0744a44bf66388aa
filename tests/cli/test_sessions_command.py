"""`adkconf sessions` on real stores."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions
from adkconf.sessions import DatabaseSessionService, Session
from tests.conftest import says

Adkconf = Callable[..., "subprocess.CompletedProcess[str]"]
Write = Callable[[str, str], Path]

APP = """
name: app
root_agent: {model: echo, tools: [./tools.py:go]}
services: {session: "sqlite:///s.db"}
"""


@pytest.fixture
def store(tmp_path: Path, write: Write) -> str:
    """Two sessions, one with events and state, in the file that app.yaml names."""
    write("app.yaml", APP)
    write("tools.py", "def go(): ...\nraise RuntimeError('not to be imported')\n")
    url = f"sqlite:///{tmp_path / 's.db'}"
    asyncio.run(fill(url))
    return url


async def fill(url: str) -> None:
    async with DatabaseSessionService(url) as service:
        talk = await service.create_session(
            app_name="app",
            user_id="ann",
            session_id="town",
            state={"start": [1, None], "user:lang": "dé", "app:x": 1},
        )
        for number in range(3):
            actions = EventActions(state_delta={"n": number, "user:n": number, "gone": None})
            event = Event(
                author="user" if number % 2 == 0 else "app",
                invocation_id=f"i{number // 2}",
                content=says(f"hello {number} \x1b[2J"),
                actions=actions,
                timestamp=1_700_000_000.123456 + number,
            )
            await service.append_event(talk, event)
        await service.create_session(app_name="app", user_id="bob", session_id="empty")
        await service.create_session(app_name="other", user_id="ann", session_id="foreign")


async def everything(url: str) -> list[tuple[Session, dict[str, Any]]]:
    async with DatabaseSessionService(url) as service:
        listed = await service.list_sessions(app_name="app")
        names = [{"user_id": s.user_id, "session_id": s.id} for s in listed.sessions]
        return [
            (
                await service.get_session(app_name="app", **name),
                await service.initial_state(app_name="app", **name),
            )
            for name in names
        ]


def test_list_shows_users_counts_and_times(adkconf: Adkconf, store: str):
    done = adkconf("sessions", "list", "app.yaml")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["USER", "SESSION", "EVENTS", "LAST", "UPDATE"]
    assert {tuple(line[:3]) for line in lines[1:]} == {("ann", "town", "3"), ("bob", "empty", "0")}
    assert done.stderr == ""


def test_list_takes_one_user_and_prints_json(adkconf: Adkconf, store: str):
    done = adkconf("sessions", "list", "app.yaml", "--user", "ann", "--json")
    row = json.loads(done.stdout)
    assert (row["userId"], row["id"], row["events"]) == ("ann", "town", 3)
    assert row["lastUpdateTime"] > 1_700_000_000


def test_show_prints_what_was_said_and_the_state(adkconf: Adkconf, store: str):
    shown = adkconf("sessions", "show", "app.yaml", "town").stdout
    assert "[user]\nhello 0" in shown
    assert "[app]\nhello 1" in shown
    assert 'user:lang = "dé"' in shown
    assert shown.count("\n-- ") + shown.startswith("-- ") == 3
    assert "\x1b" not in shown


def test_show_prints_events_as_json(adkconf: Adkconf, store: str):
    lines = adkconf("sessions", "show", "app.yaml", "town", "--json").stdout.splitlines()
    assert [json.loads(line)["invocationId"] for line in lines] == ["i0", "i0", "i1"]


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_export_and_import_lose_nothing(
    adkconf: Adkconf, store: str, tmp_path: Path, target: str, request: pytest.FixtureRequest
):
    url = f"sqlite:///{tmp_path / 'copy.db'}"
    if target == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    assert adkconf("sessions", "export", "app.yaml", "--output", "x.jsonl").returncode == 0
    there = ("--set", f"services.session={url}")
    done = adkconf("sessions", "import", "app.yaml", "x.jsonl", *there)
    assert (done.returncode, done.stderr) == (0, "imported 2 sessions\n")
    before = asyncio.run(everything(store))
    assert asyncio.run(everything(url)) == before
    assert {"start": [1, None]} in [initial_state for _, initial_state in before]
    back = adkconf("sessions", "export", "app.yaml", *there).stdout.splitlines()
    lines = (tmp_path / "x.jsonl").read_text().splitlines()
    assert list(map(json.loads, back)) == list(map(json.loads, lines))


def test_imported_session_goes_on_where_it_was(adkconf: Adkconf, store: str, tmp_path: Path):
    lines = adkconf("sessions", "export", "app.yaml").stdout
    there = "services.session=sqlite:///copy.db"
    adkconf("sessions", "import", "app.yaml", "--set", there, stdin=lines)

    async def go_on() -> Session:
        async with DatabaseSessionService(f"sqlite:///{tmp_path / 'copy.db'}") as service:
            name = {"app_name": "app", "user_id": "ann", "session_id": "town"}
            talk = await service.load_for_run(**name)
            await service.append_event(talk, Event(author="user", content=says("more")))
            return await service.get_session(**name)

    session = asyncio.run(go_on())
    times = [event.timestamp for event in session.events]
    assert len(times) == 4
    assert times == sorted(times)


def test_import_of_what_exists_stops_or_passes_over(adkconf: Adkconf, store: str):
    lines = adkconf("sessions", "export", "app.yaml").stdout
    done = adkconf("sessions", "import", "app.yaml", stdin=lines)
    assert (done.returncode, "line 1: session" in done.stderr) == (1, True)
    done = adkconf("sessions", "import", "app.yaml", "--skip-existing", stdin=lines)
    assert (done.returncode, done.stderr) == (0, "imported 0 sessions, 2 existed\n")


@pytest.mark.parametrize(
    "line",
    ["nonsense", "{}", '{"version": 2}', '{"version": 1, "session": {"id": 3}}', "[1]"],
)
def test_import_of_anything_else_names_the_line(adkconf: Adkconf, store: str, line: str):
    good = adkconf("sessions", "export", "app.yaml", "--user", "bob").stdout
    there = ("--set", "services.session=sqlite:///copy.db")
    done = adkconf("sessions", "import", "app.yaml", *there, stdin=f"{good}\n{line}\n")
    assert done.returncode == 1
    assert "line 3: not an exported session" in done.stderr
    assert "1 session of the lines before it is stored" in done.stderr


def test_import_of_a_file_that_is_no_text_is_one_clear_error(
    adkconf: Adkconf, store: str, tmp_path: Path
):
    (tmp_path / "x.jsonl").write_bytes(b"SQLite format 3\0\x84\xff")
    done = adkconf("sessions", "import", "app.yaml", "x.jsonl")
    assert done.returncode == 1
    assert done.stderr.startswith("error: this is no text in UTF-8; expected a file that")


def test_delete_asks_and_takes_no_for_an_answer(adkconf: Adkconf, store: str):
    done = adkconf("sessions", "delete", "app.yaml", "town", stdin="n\n")
    assert (done.returncode, "Delete 1 session for good?" in done.stdout) == (130, True)
    assert len(asyncio.run(everything(store))) == 2
    done = adkconf("sessions", "delete", "app.yaml", "town", stdin="y\n")
    assert (done.returncode, done.stderr) == (0, "deleted 1 session\n")
    assert [session.id for session, _ in asyncio.run(everything(store))] == ["empty"]


def test_delete_does_nothing_if_one_is_missing(adkconf: Adkconf, store: str):
    done = adkconf("sessions", "delete", "app.yaml", "town", "twon", "--yes")
    assert (done.returncode, "no session 'twon'" in done.stderr) == (1, True)
    assert len(asyncio.run(everything(store))) == 2


def test_session_id_of_two_users_needs_the_user(adkconf: Adkconf, store: str):
    async def add() -> None:
        async with DatabaseSessionService(store) as service:
            await service.create_session(app_name="app", user_id="bob", session_id="town")

    asyncio.run(add())
    done = adkconf("sessions", "show", "app.yaml", "town")
    assert (done.returncode, "ann, bob; choose one with --user" in done.stderr) == (1, True)
    assert "hello" in adkconf("sessions", "show", "app.yaml", "town", "--user", "ann").stdout


def test_sessions_in_memory_are_told_apart_from_none(adkconf: Adkconf, write: Write):
    write("app.yaml", "name: app\nroot_agent: {model: echo}\n")
    done = adkconf("sessions", "list", "app.yaml")
    assert (done.returncode, "sessions in memory end" in done.stderr) == (1, True)


def test_a_store_that_fails_once_it_is_open_is_an_error_at_its_line(
    adkconf: Adkconf, store: str, tmp_path: Path
):
    with closing(sqlite3.connect(tmp_path / "s.db")) as database:
        full = "BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'not now'); END"
        database.execute(f"CREATE TRIGGER full {full}")
    done = adkconf("sessions", "delete", "app.yaml", "town", "--yes")
    assert (done.returncode, "not now" in done.stderr) == (1, True)
    assert "--> app.yaml:4:21" in done.stderr


def test_a_store_that_cannot_be_opened_is_an_error_at_its_line(adkconf: Adkconf, write: Write):
    write("tools.py", "def go(): ...\n")
    write("app.yaml", APP.replace("sqlite:///s.db", "sqlite:///no/such/s.db"))
    done = adkconf("sessions", "list", "app.yaml")
    assert (done.returncode, "app.yaml:4:" in done.stderr) == (1, True)


def test_a_store_of_the_project_itself_is_used(adkconf: Adkconf, store: str, write: Write):
    write(
        "stores.py",
        "from adkconf.sessions import DatabaseSessionService\n"
        "class Mine(DatabaseSessionService): pass\n",
    )
    url = "services.session={./stores.py:Mine: {db_url: 'sqlite:///s.db'}}"
    done = adkconf("sessions", "list", "app.yaml", "--set", url)
    assert "town" in done.stdout, done.stderr
