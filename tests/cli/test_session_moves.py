"""`adkconf sessions copy` and `prune`, and the time to live of a served app."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from adkconf.events.event import Event
from adkconf.sessions import DatabaseSessionService, Session
from tests.conftest import says

Adkconf = Callable[..., "subprocess.CompletedProcess[str]"]
APP = "name: app\nroot_agent: {model: echo}\nservices: {session: 'sqlite:///s.db'}\n"
OLD, NEW = 1_700_000_000.0, 4_000_000_000.0


@pytest.fixture
def store(tmp_path: Path, write: Callable[[str, str], Path]) -> str:
    """Three old sessions and a new one."""
    write("app.yaml", APP)
    url = f"sqlite:///{tmp_path / 's.db'}"

    async def fill() -> None:
        async with DatabaseSessionService(url) as service:
            for number in range(4):
                at = NEW if number == 3 else OLD + number
                event = Event(author="user", content=says(f"hello {number}"), timestamp=at)
                session = Session(
                    app_name="app",
                    user_id="ann",
                    id=f"s{number}",
                    state={"n": number},
                    events=[event],
                    last_update_time=at,
                )
                await service.restore_session(session, {})

    asyncio.run(fill())
    return url


def ids(url: str) -> list[str]:
    async def work() -> list[str]:
        async with DatabaseSessionService(url) as service:
            listed = await service.list_sessions(app_name="app")
            return sorted(each.id for each in listed.sessions)

    return asyncio.run(work())


def test_prune_tells_first_and_deletes_what_rested(adkconf: Adkconf, store: str) -> None:
    command = ("sessions", "prune", "app.yaml", "--older-than", "30d")
    assert adkconf(*command, "--dry-run").stderr == "3 sessions would be deleted\n"
    assert "Delete 3 sessions for good?" in adkconf(*command, stdin="n\n").stdout
    assert ids(store) == ["s0", "s1", "s2", "s3"]
    assert adkconf(*command, "--yes").stderr == "deleted 3 sessions\n"
    assert ids(store) == ["s3"]


def test_a_time_without_unit_or_of_nothing_is_refused(adkconf: Adkconf, store: str) -> None:
    done = adkconf("sessions", "prune", "app.yaml", "--older-than", "30")
    assert done.returncode == 2
    assert "write a number with a unit: 30d" in done.stderr
    done = adkconf("sessions", "prune", "app.yaml", "--older-than", "0s")
    assert "write a number with a unit, and more than 0: 30d" in done.stderr


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_copy_loses_nothing_and_goes_on_where_it_stopped(
    adkconf: Adkconf, store: str, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    target = f"sqlite:///{tmp_path / 'copy.db'}"
    if kind == "postgresql":
        target = request.getfixturevalue("postgresql_url")
    copy = ("sessions", "copy", "app.yaml", "--to", target)
    assert adkconf(*copy).stderr == "copied 4 sessions\n"
    there = ("--set", f"services.session={target}")
    exported = [adkconf("sessions", "export", "app.yaml", *more).stdout for more in ((), there)]
    lines = [sorted(text.splitlines()) for text in exported]
    assert [json.loads(line) for line in lines[0]] == [json.loads(line) for line in lines[1]]
    adkconf("sessions", "delete", "app.yaml", "s1", "s3", "--yes", *there)
    assert adkconf(*copy).stderr == "copied 2 sessions, 2 sessions were there already\n"
    adkconf("sessions", "delete", "app.yaml", "s0", "s1", "s2", "s3", "--yes", *there)


def test_a_session_that_differs_stays_and_is_told(
    adkconf: Adkconf, store: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'copy.db'}"

    async def other() -> None:
        async with DatabaseSessionService(url) as service:
            await service.create_session(app_name="app", user_id="ann", session_id="s1")

    asyncio.run(other())
    done = adkconf("sessions", "copy", "app.yaml", "--to", url)
    assert done.returncode == 1
    assert done.stderr == "copied 3 sessions, 1 session of the same id differs and stays\n"


@pytest.mark.parametrize("option", ["--from", "--to"])
@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("memory://", "sessions in memory end with the process"),
        ("nosuch://x", "no session service has the scheme 'nosuch'"),
        ("sqlite:////no/such/x.db", "check that the directory exists"),
        ("", "unknown session service ''"),
    ],
)
def test_an_option_that_names_no_store_is_told_as_it_was_written(
    adkconf: Adkconf, store: str, option: str, uri: str, told: str
) -> None:
    done = adkconf("sessions", "copy", "app.yaml", option, uri)
    assert done.returncode == 1
    assert told in done.stderr
    assert f"--> {option}:1:1" in done.stderr
    assert "--set" not in done.stderr


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(statement)
        database.commit()


@pytest.mark.parametrize("data", ['{"actions": 3}', "[1]", "{"])
def test_what_cannot_be_read_for_a_copy_is_told_by_the_place_of_the_origin(
    adkconf: Adkconf, store: str, tmp_path: Path, data: str
) -> None:
    change(tmp_path / "s.db", f"UPDATE events SET event_data = '{data}' WHERE session_id = 's2'")
    done = adkconf("sessions", "copy", "app.yaml", "--to", f"sqlite:///{tmp_path / 'copy.db'}")
    assert (done.returncode, "cannot be read" in done.stderr) == (1, True)
    assert "--> app.yaml:3:21" in done.stderr


def test_a_store_that_refuses_a_copy_is_told_by_the_place_of_the_target(
    adkconf: Adkconf, store: str, tmp_path: Path
) -> None:
    copy = ("sessions", "copy", "app.yaml", "--to", f"sqlite:///{tmp_path / 'copy.db'}")
    assert adkconf(*copy, "--user", "nobody").returncode == 0
    full = "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no more'); END"
    change(tmp_path / "copy.db", full)
    done = adkconf(*copy)
    assert (done.returncode, "no more" in done.stderr) == (1, True)
    assert "--> --to:1:1" in done.stderr


def test_a_copy_onto_itself_is_refused(adkconf: Adkconf, store: str) -> None:
    done = adkconf("sessions", "copy", "app.yaml")
    assert done.returncode == 1
    assert "the stores must be two" in done.stderr
