"""`kill -9` of a server in the middle of runs, again and again."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import httpx
import pytest

from adkconf.sessions import DatabaseSessionService, Session
from tests.stress import history_checks as checks
from tests.stress.journal import Journal, noted
from tests.stress.report import report
from tests.stress.served_app import ServedApp

KILLS = 200
CLIENTS = 4


async def converse(url: str, session_id: str, journal: Journal, told: asyncio.Event) -> None:
    """Runs until the server is gone; what arrived of an event is on the server's disk."""
    where = f"/apps/counter/users/{session_id}/sessions/{session_id}"
    body = {
        "appName": "counter",
        "userId": session_id,
        "sessionId": session_id,
        "newMessage": {"role": "user", "parts": [{"text": "Count!"}]},
    }
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        try:
            await client.post(where)
            while True:
                async with client.stream("POST", "/run_sse", json=body) as answer:
                    async for line in answer.aiter_lines():
                        if line.startswith("data: "):
                            journal.note(json.loads(line.removeprefix("data: "))["id"])
                            told.set()
        except httpx.TransportError:
            return


async def run_and_kill(app: ServedApp, journals: dict[str, Journal]) -> None:
    url = await asyncio.to_thread(app.start)
    told = asyncio.Event()
    clients = asyncio.gather(*(converse(url, name, journals[name], told) for name in journals))
    await told.wait()
    await asyncio.sleep(random.uniform(0, 0.3))
    app.kill()
    await clients


@pytest.mark.stress
@pytest.mark.timeout(3600)
async def test_killed_server_loses_nothing_it_told(tmp_path):
    names = [f"s{n}" for n in range(CLIENTS)]
    journals = {name: Journal(tmp_path / name) for name in names}
    with ServedApp(tmp_path) as app:
        for _ in range(KILLS):
            await run_and_kill(app, journals)
        told = 0
        for name in names:
            journals[name].close()
            acknowledged = noted(tmp_path / name)
            told += len(acknowledged)
            assert problems(await stored(app, name), acknowledged) == []
    assert told >= KILLS
    report("killed server", kills=KILLS, acknowledged=told)


async def stored(app: ServedApp, name: str) -> Session:
    service = DatabaseSessionService(app.database)
    session = await service.get_session(app_name="counter", user_id=name, session_id=name)
    await service.close()
    assert session is not None
    return session


def problems(session: Session, acknowledged: list[str]) -> list[str]:
    ids = [event.id for event in session.events]
    deltas: list[dict[str, Any]] = [event.actions.state_delta for event in session.events]
    asked = {event.invocation_id for event in session.events if event.author == "user"}
    return [
        *checks.lost(acknowledged, ids),
        *checks.duplicated(ids),
        *checks.reordered(acknowledged, ids),
        *checks.backwards([event.timestamp for event in session.events]),
        *checks.not_the_sum(session.state, deltas),
        *(f"half an event: {event.id}" for event in session.events if event.content is None),
        *(f"no question before {e.id}" for e in session.events if e.invocation_id not in asked),
    ]
