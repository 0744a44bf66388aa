"""Reloads leave nothing behind: no memory, no descriptors, no tasks, no connections (R5)."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import weakref
from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from google.genai import types

from adkconf import config
from adkconf.launch.live import Live
from adkconf.launch.loader import FileLoader

APP = """\
name: clock
root_agent:
  model: echo
  instruction: {text}
  tools: ["./tools.py:tell"]
services:
  session: {sessions}
  artifact: {artifacts}
"""
TOOLS = 'def tell() -> str:\n    """Tells."""\n    return "{text}"\n'
GROWTH_BYTES = 5 * 1024 * 1024
LONG = [pytest.mark.stress, pytest.mark.timeout(3600)]
HOW_MANY = [
    (12, "sqlite"),
    pytest.param(5000, "sqlite", marks=LONG),
    pytest.param(1000, "postgresql", marks=LONG),
]


def edit(
    project: Path,
    text: str,
    *,
    sessions: str = "sqlite:///sessions.db",
    artifacts: str = "memory://",
) -> None:
    values = {"text": text, "sessions": sessions, "artifacts": artifacts}
    app = APP
    for name, value in values.items():
        app = app.replace(f"{{{name}}}", str(value))
    (project / "tools.py").write_text(TOOLS.replace("{text}", text))
    (project / "app.yaml").write_text(app)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> str | None:
    """The address of a PostgreSQL server, for tests that ask for sessions in one."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return None
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def sessions(server: str | None) -> tuple[str, str]:
    """Two ways to write where the sessions are: whoever edits one to the other opens them anew."""
    if server is None:
        store = "{uri: 'sqlite:///sessions.db', synchronous: "
        return store + "FULL}", store + "NORMAL}"
    store = f"{{uri: '{server}', pool_size: "
    return store + "3}", store + "4}"


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Live]:
    edit(tmp_path, "t0")
    live = Live(FileLoader(partial(config.load, tmp_path / "app.yaml")))
    await live.start()
    yield live
    await live.close()


async def run(live: Live, session_id: str) -> None:
    """Has one turn in a session of its own, which is deleted again."""
    message = types.Content(role="user", parts=[types.Part(text="?")])
    async with live.lease() as generation:
        runner = generation.built.runner
        place = {"user_id": "u", "session_id": session_id}
        await runner.session_service.create_session(app_name="clock", **place)
        async with aclosing(runner.run_async(**place, new_message=message)) as events:
            assert [event async for event in events]
        await runner.session_service.delete_session(app_name="clock", **place)


def held() -> tuple[int, int]:
    """How many descriptors (connections of SQLite are some) and tasks there are."""
    return len(os.listdir("/proc/self/fd")), len(asyncio.all_tasks())


async def connections(server: str | None) -> int:
    """How many clients a database of PostgreSQL has, this one not counted."""
    if server is None:
        return 0
    asking = await asyncpg.connect(server)
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    found: int = await asking.fetchval(others)
    await asking.close()
    return found - 1


def resident_bytes() -> int:
    """How much memory is in use, without what is free but scattered between what is not."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize(("reloads", "server"), HOW_MANY, indirect=["server"])
async def test_reloads_leave_nothing_behind(
    live: Live, tmp_path: Path, reloads: int, server: str | None, sessions: tuple[str, str]
) -> None:
    generations = weakref.WeakSet([live.current])
    warm, settled = reloads // 3, 0
    before = held()
    for number in range(1, reloads + 1):
        store = sessions[number % 2]
        await asyncio.to_thread(edit, tmp_path, f"t{number}", sessions=store)
        assert (await live.reload()).generation == number + 1
        generations.add(live.current)
        await run(live, f"s{number}")
        if number == warm:
            before = held()
            gc.collect()
            settled = resident_bytes()
    await asyncio.sleep(0.05)
    gc.collect()
    grown = resident_bytes() - settled
    opened = await connections(server)
    print(f"{reloads} reloads: {grown / 2**20:+.1f} MB after {warm}, held {before} -> {held()},")
    print(f"{opened} connections to the server")
    assert list(generations) == [live.current]
    assert held() == before
    assert opened <= 1
    assert reloads < 1000 or grown < GROWTH_BYTES


async def test_only_services_that_changed_are_opened_anew(live: Live, tmp_path: Path) -> None:
    before = live.current.built.runner
    await asyncio.to_thread(edit, tmp_path, "t1")
    await live.reload()
    same = live.current.built.runner
    assert same is not before
    assert same.session_service is before.session_service
    assert same.artifact_service is before.artifact_service
    await asyncio.to_thread(edit, tmp_path, "t1", artifacts="file://./artifacts")
    await live.reload()
    changed = live.current.built.runner
    assert changed.session_service is before.session_service
    assert changed.artifact_service is not before.artifact_service
    await run(live, "s1")
