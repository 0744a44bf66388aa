"""Several processes on one session, and processes that die."""

from __future__ import annotations

import multiprocessing
import sys
from contextlib import suppress
from typing import Any

import pytest

from adkconf.sessions import DatabaseSessionService, Session
from tests.sessions.session_writer import write

# Writers are forks of a process that has imported what they import, which would take most of
# the tests' time.
PROCESSES = multiprocessing.get_context("forkserver")
DRIVERS = ("aiosqlite", "asyncpg", "aiomysql", "sqlalchemy.dialects.mysql.aiomysql")
PROCESSES.set_forkserver_preload(["pytest", "tests.sessions.session_writer", *DRIVERS])

IDS: dict[str, Any] = {"app_name": "app", "user_id": "u", "session_id": "s"}


class Writer:
    def __init__(self, url: str, name: str, count: int) -> None:
        self._told, teller = PROCESSES.Pipe()
        self.process = PROCESSES.Process(target=write, args=(url, name, count, teller))
        self.process.start()
        teller.close()

    def start(self) -> None:
        assert self._told.recv() == "ready"
        self._told.send("go")

    def acknowledged(self, at_most: int = sys.maxsize) -> list[str]:
        """Reads acknowledgements until the process ends, or until there are enough."""
        found: list[str] = []
        with suppress(EOFError):
            while len(found) < at_most:
                found.append(self._told.recv())
        return found

    def end(self) -> int | None:
        self.process.join()
        self._told.close()
        return self.process.exitcode


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
async def url(request: pytest.FixtureRequest, sqlite_url: str) -> str:
    url = (
        sqlite_url if request.param == "sqlite" else request.getfixturevalue(f"{request.param}_url")
    )
    service = DatabaseSessionService(url)
    await service.delete_session(**IDS)
    await service.create_session(**IDS)
    await service.close()
    return url


async def stored(url: str) -> Session:
    service = DatabaseSessionService(url)
    session = await service.get_session(**IDS)
    await service.close()
    assert session is not None
    return session


async def test_processes_lose_duplicate_and_reorder_nothing(url):
    writers = [Writer(url, f"w{n}", 50) for n in range(3)]
    for writer in writers:
        writer.start()
    sent = [writer.acknowledged() for writer in writers]
    assert [writer.end() for writer in writers] == [0, 0, 0]
    session = await stored(url)
    ids = [event.id for event in session.events]
    assert len(ids) == 150
    for n, acknowledged in enumerate(sent):
        assert [each for each in ids if each.startswith(f"w{n}-")] == acknowledged
    times = [event.timestamp for event in session.events]
    assert times == sorted(set(times))
    assert {f"app:{each}" for each in ids} <= session.state.keys()


async def test_same_ids_from_several_processes_are_stored_once(url):
    writers = [Writer(url, "same", 40) for _ in range(3)]
    for writer in writers:
        writer.start()
    sent = [writer.acknowledged() for writer in writers]
    assert [writer.end() for writer in writers] == [0, 0, 0]
    assert sent[0] == sent[1] == sent[2]
    assert [event.id for event in (await stored(url)).events] == sent[0]


@pytest.mark.parametrize("after", [1, 4, 9, 16, 25])
async def test_killed_writer_loses_nothing_it_acknowledged(sqlite_url, after):
    service = DatabaseSessionService(sqlite_url)
    await service.create_session(**IDS)
    await service.close()
    writer = Writer(sqlite_url, "w", 100_000)
    writer.start()
    acknowledged = writer.acknowledged(at_most=after)
    writer.process.kill()
    acknowledged += writer.acknowledged()
    writer.end()
    session = await stored(sqlite_url)
    ids = [event.id for event in session.events]
    # At most one was stored without its acknowledgement getting out.
    assert ids[: len(acknowledged)] == acknowledged
    assert len(ids) - len(acknowledged) <= 1
    assert session.state == {f"app:{each}": n for n, each in enumerate(ids)}
