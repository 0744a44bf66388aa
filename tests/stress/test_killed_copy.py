"""A copy of sessions that is killed again and again ends with all of them."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from adkconf.errors import ServiceError
from adkconf.events.event import Event
from adkconf.sessions import DatabaseSessionService, Session
from tests.conftest import says
from tests.stress.report import report
from tests.stress.writers import ROOT

SESSIONS = 600
KILLS = 5
APP = "name: app\nroot_agent: {model: echo}\nservices: {session: 'sqlite:///s.db'}\n"


@pytest.mark.stress
@pytest.mark.timeout(300)
async def test_copy_that_is_killed_goes_on_where_it_was(tmp_path, durable_url):
    (tmp_path / "app.yaml").write_text(APP)
    origin = f"sqlite:///{tmp_path / 's.db'}"
    async with DatabaseSessionService(origin) as service:
        for number in range(SESSIONS):
            await service.restore_session(conversation(number), {"start": number})
    found = []
    for kill in range(1, KILLS + 1):
        copy = await started_copy(tmp_path, durable_url)
        while (there := len(await ids(durable_url))) < kill * SESSIONS // (KILLS + 1):
            assert copy.returncode is None
            await asyncio.sleep(0.01)
        copy.kill()
        await copy.wait()
        found.append(there)
    assert await (await started_copy(tmp_path, durable_url)).wait() == 0
    report("killed copy", database=durable_url.partition(":")[0], copied_before_kills=found)
    assert await everything(durable_url) == await everything(origin)


async def started_copy(project: Path, url: str) -> asyncio.subprocess.Process:
    arguments = ("-m", "adkconf", "sessions", "copy", str(project / "app.yaml"), "--to", url)
    return await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT)


def conversation(number: int) -> Session:
    start = 1e9 + 1000 * number
    events = [Event(author="user", content=says(str(n)), timestamp=start + n) for n in range(10)]
    return Session(app_name="app", user_id="u", id=f"s{number}", state={"n": 1}, events=events)


async def ids(url: str) -> list[str]:
    async with DatabaseSessionService(url) as service:
        try:
            listed = await service.list_sessions(app_name="app", user_id="u")
        except ServiceError:
            return []  # the tables are just being made
    return sorted(session.id for session in listed.sessions)


async def everything(url: str) -> list[tuple[str, object]]:
    async with DatabaseSessionService(url) as service:
        found = []
        for name in await ids(url):
            session = await service.get_session(app_name="app", user_id="u", session_id=name)
            place = {"app_name": "app", "user_id": "u", "session_id": name}
            found.append((session.model_dump_json(), await service.initial_state(**place)))
        return found
