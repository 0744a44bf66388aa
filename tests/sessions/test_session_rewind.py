"""What every store does for rewinds."""

from __future__ import annotations

from typing import Any

import pytest

from adkconf.events import Event
from adkconf.events.event_actions import EventActions
from adkconf.sessions import BaseSessionService, Session

STATE = {"a": {"deep": [1]}, "none": None, "app:x": 1, "user:y": 2}


async def create(service: BaseSessionService, app: str, state: Any = STATE) -> Session:
    return await service.create_session(app_name=app, user_id="u", session_id="s", state=state)


def changes(**delta: Any) -> Event:
    return Event(author="user", actions=EventActions(state_delta=delta))


async def initial(service: BaseSessionService, app: str, session_id: str = "s") -> dict[str, Any]:
    return await service.initial_state(app_name=app, user_id="u", session_id=session_id)


async def stored(service: BaseSessionService, app: str) -> Session:
    session = await service.get_session(app_name=app, user_id="u", session_id="s")
    assert session is not None
    return session


async def test_initial_state_is_the_sessions_own_whatever_came_later(
    service: BaseSessionService, app: str
) -> None:
    session = await create(service, app)
    await service.append_event(session, changes(a=2, b=3))
    await service.append_event(session, changes(a=4))
    assert await initial(service, app) == {"a": {"deep": [1]}, "none": None}
    assert [e.actions.state_delta for e in (await stored(service, app)).events] == [
        {"a": 2, "b": 3},
        {"a": 4},
    ]


@pytest.mark.parametrize("session_id", ["s", "other", "\0"])
async def test_initial_state_of_nothing_is_nothing(
    service: BaseSessionService, app: str, session_id: str
) -> None:
    session = await create(service, app, state=None)
    await service.append_event(session, changes(a=2))
    assert await initial(service, app, session_id) == {}


async def test_a_rewind_replaces_the_sessions_own_state_and_no_other(
    service: BaseSessionService, app: str
) -> None:
    session = await create(service, app)
    await service.append_event(session, changes(b=3, **{"user:y": 3}))
    wanted = {"a": 1, "none": None}
    await service.rewind(session, changes(a=1, b=None), wanted)
    found = await stored(service, app)
    assert found.state == {**wanted, "app:x": 1, "user:y": 3}
    assert found.events[-1].actions.state_delta == {"a": 1, "b": None}
    run = await service.load_for_run(app_name=app, user_id="u", session_id="s")
    assert run is not None
    assert run.state == found.state


async def test_a_rewound_state_is_the_stores_own(service: BaseSessionService, app: str) -> None:
    session = await create(service, app)
    wanted: dict[str, Any] = {"a": [1]}
    await service.rewind(session, changes(), wanted)
    wanted["a"].append(2)
    assert (await stored(service, app)).state["a"] == [1]


async def test_a_session_made_again_has_its_own_beginning(
    service: BaseSessionService, app: str
) -> None:
    session = await create(service, app)
    await service.append_event(session, changes(a=2))
    await service.delete_session(app_name=app, user_id="u", session_id="s")
    session = await create(service, app, state={"new": 1})
    await service.append_event(session, changes(a=2))
    assert await initial(service, app) == {"new": 1}
