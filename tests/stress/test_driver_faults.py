"""A fault at every call of the driver, one after the other: nothing is ever left in between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from adkconf.errors import AdkconfError
from adkconf.events.event import Event
from adkconf.sessions import DatabaseSessionService, Session
from tests.stress import history_checks as checks
from tests.stress.faults import Countdown, SqliteFault, Wire, WireFault, faulty_sqlite
from tests.stress.report import report

IDS: dict[str, Any] = {"app_name": "faults", "user_id": "u", "session_id": "s"}
EVENTS: list[dict[str, Any]] = [{"n": 1}, {}, {"n": 2, "app:a": 1}, {"user:u": "x"}]
LONG = [pytest.mark.stress, pytest.mark.timeout(900)]


class Client:
    """Writes what a run would, and notes what it was told."""

    def __init__(self) -> None:
        self.acknowledged: list[str] = []
        self.failures = 0

    async def work(self, service: DatabaseSessionService) -> None:
        """Goes on behind each failure: sends it again, as a new attempt with the same id."""
        await self._insist(partial(self._created, service))
        for number, state in enumerate(EVENTS):
            await self._insist(partial(self._append, service, number, state))

    async def _insist(self, step: Callable[[], Awaitable[None]]) -> None:
        for _ in range(3):
            try:
                await step()
            except AdkconfError:
                self.failures += 1
            else:
                return
        raise AssertionError("it did not recover")

    async def _created(self, service: DatabaseSessionService) -> None:
        if await service.get_session(**IDS) is None:
            await service.create_session(**IDS)

    async def _append(
        self, service: DatabaseSessionService, number: int, state: dict[str, Any]
    ) -> None:
        session = await service.load_for_run(**IDS)
        assert session is not None
        event = Event(id=f"e{number}", author="x", state=state)
        await service.append_event(session, event)
        self.acknowledged.append(event.id)
        assert [each.id for each in session.events] == self.acknowledged


def problems(session: Session, acknowledged: list[str]) -> list[str]:
    ids = [event.id for event in session.events]
    return [
        *checks.lost(acknowledged, ids),
        *checks.duplicated(ids),
        *checks.reordered([f"e{n}" for n in range(len(EVENTS))], ids),
        *checks.backwards([event.timestamp for event in session.events]),
        *checks.not_the_sum(session.state, [e.actions.state_delta for e in session.events]),
    ]


async def stored(url: str) -> Session:
    service = DatabaseSessionService(url)
    session = await service.get_session(**IDS)
    await service.close()
    assert session is not None
    return session


async def survive_sqlite(folder: Path, fault: SqliteFault, at: int) -> int:
    """Meets a fault at that call; returns how many calls there were."""
    url = f"sqlite:///{folder / f'{at}.db'}"
    countdown = Countdown(at)
    factory = faulty_sqlite(countdown, fault)
    service = DatabaseSessionService(url, synchronous="NORMAL", connect_args={"factory": factory})
    client = Client()
    await client.work(service)
    await service.close()
    assert problems(await stored(url), client.acknowledged) == []
    return countdown.calls


@pytest.mark.parametrize("step", [13, pytest.param(1, marks=LONG)])
@pytest.mark.parametrize("fault", ["fails", "fails behind", "closes"])
async def test_fault_at_every_call_of_sqlite(tmp_path: Path, fault: SqliteFault, step: int):
    at = step
    while await survive_sqlite(tmp_path, fault, at) >= at:
        at += step
    assert at > 30
    if step == 1:
        report("faults of sqlite", fault=fault, calls=at - 1)


@pytest.mark.timeout(20)
async def test_connection_that_dies_while_it_is_set_up_keeps_no_lock(tmp_path: Path):
    # Behind the change to WAL, which is the fourth call.
    await survive_sqlite(tmp_path, "closes", 5)


@pytest.mark.stress
@pytest.mark.timeout(900)
@pytest.mark.parametrize("fault", ["cut before", "cut behind", "stalls"])
async def test_fault_at_every_call_of_postgresql(cluster, fault: WireFault):
    at = failures = 0
    while True:
        at += 1
        countdown = Countdown(at)
        service = DatabaseSessionService(cluster.url)
        await service.delete_session(**IDS)
        await service.close()
        client = Client()
        async with Wire.to(cluster.port, countdown, fault) as wire:
            service = DatabaseSessionService(
                make_url(cluster.url).set(port=wire.port).render_as_string(),
                connect_args={"command_timeout": 0.5, "timeout": 0.5},
            )
            await client.work(service)
            await service.close()
        failures += client.failures
        assert problems(await stored(cluster.url), client.acknowledged) == []
        if countdown.calls < at:
            break
    assert await idle_in_transaction(cluster.url) == 0
    report("faults of postgresql", fault=fault, calls=at - 1, failed_calls=failures)


async def idle_in_transaction(url: str) -> int:
    engine = create_async_engine(url.replace("://", "+asyncpg://"))
    async with engine.connect() as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
        count = (await connection.exec_driver_sql(query)).scalar_one()
    await engine.dispose()
    return int(count)
