"""Long lists in parts, for every store."""

from __future__ import annotations

import pytest

from adkconf.errors import InputValidationError
from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions
from adkconf.sessions.session_page import PageRequest, Position

NAMES = [("ada", "a"), ("ada", "b"), ("ada", "c"), ("bob", "a"), ("bob", "d")]


@pytest.fixture
async def filled(service, app):
    for user_id, session_id in reversed(NAMES):
        await service.create_session(
            app_name=app,
            user_id=user_id,
            session_id=session_id,
            state={"own": session_id, "user:who": user_id},
        )
    return service


async def pages(service, app, **request):
    found, behind = [], None
    while True:
        page = await service.list_session_page(PageRequest(app_name=app, behind=behind, **request))
        found.append([(each.user_id, each.id) for each in page.sessions])
        if (behind := page.next) is None:
            return found


async def test_pages_hold_every_session_once(filled, app):
    assert await pages(filled, app, size=2) == [NAMES[:2], NAMES[2:4], NAMES[4:]]
    assert await pages(filled, app, size=5) == [NAMES]
    assert await pages(filled, app, user_id="bob", size=1) == [NAMES[3:4], NAMES[4:]]


async def test_sessions_of_a_page_have_their_state_or_none(filled, app):
    page = await filled.list_session_page(PageRequest(app_name=app, size=4))
    assert page.sessions[3].state == {"own": "a", "user:who": "bob"}
    bare = await filled.list_session_page(PageRequest(app_name=app, with_state=False))
    assert [each.id for each in bare.sessions] == ["a", "b", "c", "a", "d"]


async def test_a_session_that_changes_is_not_missed_between_pages(filled, app):
    first = await filled.list_session_page(PageRequest(app_name=app, size=2))
    session = await filled.get_session(app_name=app, user_id="ada", session_id="c")
    event = Event(author="user", actions=EventActions(state_delta={"new": 1}))
    await filled.append_event(session, event)
    rest = await filled.list_session_page(PageRequest(app_name=app, behind=first.next))
    assert [(each.user_id, each.id) for each in rest.sessions] == NAMES[2:]


async def test_only_sessions_that_rested_since_a_time_are_listed(filled, app):
    session = await filled.get_session(app_name=app, user_id="bob", session_id="a")
    event = await filled.append_event(session, Event(author="user", timestamp=4e9))
    found = await pages(filled, app, size=2, updated_before=event.timestamp)
    assert [name for page in found for name in page] == [*NAMES[:3], NAMES[4]]


def test_a_token_is_read_back_and_others_are_refused():
    place = Position("ада", "s/1")
    assert Position.parse(place.token) == place
    for token in ("", "x", "bnVsbA", Position("a", "b").token[:-3], "WzEsMl0"):
        with pytest.raises(InputValidationError, match="page token"):
            Position.parse(token)


def test_a_page_without_room_is_refused():
    with pytest.raises(InputValidationError, match="at least 1"):
        PageRequest(app_name="app", size=0)
