"""Counting events, and taking sessions over from another store."""

from __future__ import annotations

from typing import Any

import pytest

from adkconf.errors import AlreadyExistsError, InputValidationError
from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions
from adkconf.sessions import (
    BaseSessionService,
    DatabaseSessionService,
    InMemorySessionService,
    Session,
)

DATABASES = ["sqlite", "sqlite-engine", "sqlite-only", "postgresql", "mariadb"]
LONG_AGO = 1_000_000_000.123456


def event(number: int) -> Event:
    return Event(
        id=f"e{number}",
        author="user",
        invocation_id="i",
        timestamp=LONG_AGO + number,
        actions=EventActions(state_delta={"n": number}),
    )


def session(app: str, *events: Event, **fields: Any) -> Session:
    return Session(
        id="s",
        app_name=app,
        user_id="u",
        state={"start": 1, "n": 2, "user:k": None, "app:k": [1]},
        events=list(events),
        last_update_time=LONG_AGO + 5,
        **fields,
    )


async def test_events_are_counted_by_user_and_session(service: BaseSessionService, app: str):
    for user, count in (("u", 2), ("v", 1)):
        talk = await service.create_session(app_name=app, user_id=user, session_id="s")
        for _ in range(count):
            await service.append_event(talk, Event(author="user"))
    await service.create_session(app_name=f"{app}x", user_id="u", session_id="s")
    assert await service.count_events(app_name=app) == {("u", "s"): 2, ("v", "s"): 1}
    assert await service.count_events(app_name=app, user_id="v") == {("v", "s"): 1}
    assert await service.count_events(app_name=app, user_id="w\0") == {}


@pytest.mark.parametrize("service", DATABASES, indirect=True)
async def test_restored_session_is_as_it_was(service: BaseSessionService, app: str):
    before = session(app, event(0), event(1), event(2))
    await service.restore_session(before, {"start": 1})
    name = {"app_name": app, "user_id": "u", "session_id": "s"}
    assert await service.get_session(**name) == before
    assert await service.initial_state(**name) == {"start": 1}
    talk = await service.load_for_run(**name)
    added = await service.append_event(talk, Event(author="user"))
    assert added.timestamp > LONG_AGO + 5
    assert len((await service.get_session(**name)).events) == 4
    with pytest.raises(AlreadyExistsError):
        await service.restore_session(before, {})


@pytest.mark.parametrize("service", DATABASES, indirect=True)
async def test_restored_session_without_events_keeps_its_initial_state(
    service: BaseSessionService, app: str
):
    await service.restore_session(session(app), {"start": 1})
    name = {"app_name": app, "user_id": "u", "session_id": "s"}
    talk = await service.get_session(**name)
    assert talk == session(app)
    await service.append_event(talk, Event(author="user"))
    assert (await service.initial_state(**name))["start"] == 1


async def test_nothing_is_left_of_a_session_that_cannot_be_restored(sqlite_url: str, app: str):
    async with DatabaseSessionService(sqlite_url) as service:
        with pytest.raises(InputValidationError, match="two events of one id"):
            await service.restore_session(session(app, event(0), event(0)), {})
        assert (await service.list_sessions(app_name=app)).sessions == []


async def test_store_that_cannot_take_sessions_over_says_so(app: str):
    with pytest.raises(NotImplementedError, match="InMemorySessionService"):
        await InMemorySessionService().restore_session(session(app), {})
