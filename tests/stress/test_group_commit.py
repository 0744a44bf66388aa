"""Writers to different sessions of one process share statements and commits."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from sqlalchemy import Engine, event

from adkconf.events.event import Event
from adkconf.sessions import DatabaseSessionService
from tests.conftest import says
from tests.stress.report import report

WRITERS = 16
APPENDS = 250
# Two groups are under way at once, so each has half of the writers, if all are always ready.
STATEMENTS_PER_APPEND = 0.25


@pytest.mark.stress
@pytest.mark.timeout(300)
async def test_sixteen_writers_share_their_statements(cluster):
    statements: list[str] = []

    def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    async with DatabaseSessionService(cluster.url) as service:
        writers = [Writer(service, f"u{n}") for n in range(WRITERS)]
        await asyncio.gather(*(writer.append(20) for writer in writers))
        event.listen(Engine, "before_cursor_execute", executed)
        start, busy = time.perf_counter(), time.process_time()
        await asyncio.gather(*(writer.append(APPENDS) for writer in writers))
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        event.remove(Engine, "before_cursor_execute", executed)
    appends = WRITERS * APPENDS
    report(
        "group commit",
        writers=WRITERS,
        appends=appends,
        statements=len(statements),
        appends_per_second=round(appends / seconds),
        cpu_us_per_append=round(busy / appends * 1e6),
    )
    assert len(statements) <= appends * STATEMENTS_PER_APPEND


class Writer:
    def __init__(self, service: DatabaseSessionService, user_id: str) -> None:
        self._service = service
        self._user_id = user_id

    async def append(self, count: int) -> None:
        session = await self._service.create_session(app_name="group", user_id=self._user_id)
        for _ in range(count):
            said = Event(author="agent", content=says("Fine, thank you."))
            await self._service.append_event(session, said)
