"""Sessions in Agent Engine."""

from __future__ import annotations

from adkconf.events.event import Event


async def test_first(sessions, vertex_server):
    session = await sessions.create_session(app_name="a", user_id="u", state={"k": 1})
    await sessions.append_event(session, Event(author="x", state={"n": 2}))
    found = await sessions.get_session(app_name="a", user_id="u", session_id=session.id)
    assert found.state == {"k": 1, "n": 2}
    assert found.events == session.events
